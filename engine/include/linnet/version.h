// The version of the engine and of the file format that it writes and reads.
#ifndef LINNET_VERSION_H_
#define LINNET_VERSION_H_

#define LINNET_VERSION_MAJOR 0
#define LINNET_VERSION_MINOR 1
#define LINNET_VERSION_PATCH 0
#define LINNET_VERSION_STRING "0.1.0"

#endif  // LINNET_VERSION_H_
