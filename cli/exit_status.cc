#include "cli/exit_status.h"

namespace linnet::cli {

ExitStatus ExitStatusOf(StatusCode code) {
  switch (code) {
    case StatusCode::kOk:
      return kExitOk;
    case StatusCode::kInvalidArgument:
      return kExitUsage;
    case StatusCode::kNotFound:
    case StatusCode::kIoError:
    case StatusCode::kOutOfMemory:
    case StatusCode::kLimitExceeded:
    case StatusCode::kCancelled:
      return kExitIo;
    case StatusCode::kInvalidModel:
    case StatusCode::kUnsupported:
    case StatusCode::kOutOfRange:
    case StatusCode::kInternal:
      return kExitBadModel;
  }
  return kExitBadModel;
}

int Fail(std::ostream& err, const Status& error) {
  err << "linnet: " << error.message() << "\n";
  return ExitStatusOf(error.code());
}

}  // namespace linnet::cli
