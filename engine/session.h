// The session behind linnet::Session.
#ifndef LINNET_ENGINE_SESSION_H_
#define LINNET_ENGINE_SESSION_H_

#include <memory>

#include "engine/prepared.h"
#include "engine/thread_pool.h"

namespace linnet {

class SessionImpl {
 public:
  // A session of another subgraph of `parent`'s model, for the control flow op that runs it. It uses the parent's
  // threads, callback and limits.
  static Result<std::unique_ptr<SessionImpl>> CreateChild(SessionImpl& parent, uint32_t subgraph);
  static Result<std::unique_ptr<SessionImpl>> Create(const ModelImpl& model, const SessionOptions& options);
  static Session Wrap(std::unique_ptr<SessionImpl> impl) { return Session(std::move(impl)); }
  // Prepares the model without taking memory for tensors: shapes, known values and the plan can be read.
  static Result<std::unique_ptr<SessionImpl>> CreateUnplaced(const ModelImpl& model, const SessionOptions& options);
  ~SessionImpl();

  Status Resize(const Shape* shapes);
  // As Resize, without regard to the declared shapes: what goes round a loop may have another shape each time.
  // `types` (null: the declared ones) tells those that the inputs of a subgraph leave open.
  Status ResizeFreely(const Shape* shapes, const ElementType* types = nullptr);
  Status Run();
  void ResetState();

  const ModelImpl& model() const { return model_; }
  const format::Subgraph& graph() const { return *model_.root().subgraphs()->Get(subgraph_); }
  // States of the model, which belong to its main graph; null for subgraphs.
  const StateList* states() const { return subgraph_ == 0 ? model_.root().states() : nullptr; }
  const Prepared& prepared() const { return prepared_; }
  const SessionOptions& options() const { return options_; }
  Shape input_shape(int index) const { return input_shapes_[index]; }
  int threads() const { return threads_; }
  // Bytes that an arena given by the caller must have.
  size_t required_bytes() const { return prepared_.arena_bytes + prepared_.scratch_bytes; }

  const Array<Tensor>& inputs() const { return inputs_; }
  const Array<Tensor>& outputs() const { return outputs_; }

 private:
  friend class OpContext;
  friend class Preparer;

  SessionImpl(const ModelImpl& model, const SessionOptions& options) : model_(model), options_(options) {}
  static Result<std::unique_ptr<SessionImpl>> New(const ModelImpl& model, const SessionOptions& options);
  Status InitThreads();
  Status Init();
  // Bytes that the session holds when `prepared` is what it runs: tensors, scratch, states, known values.
  size_t BytesWith(const Prepared& prepared) const;
  // An error if `bytes` exceed the app's limit.
  Status CheckLimit(size_t bytes) const;
  Status Place(Prepared* prepared);
  Status ShowTensors();
  Status PlaceStates();

  Status RunSteps();
  Status RunDeferred(Step& step);
  Status AllocateDynamic(const OpContext& context, int tensor);
  Status RunStep(Step& step, int position);
  void FreeDynamic(int position);
  void ReleaseDynamic();
  Status CommitStates();
  void RunParallel(size_t count, ParallelTask task, void* context);

  const ModelImpl& model_;
  SessionOptions options_;
  uint32_t subgraph_ = 0;
  SessionImpl* parent_ = nullptr;  // of a subgraph's session
  int depth_ = 0;                  // of nesting
  std::unique_ptr<ThreadPool> own_pool_;
  ThreadPool::Impl* pool_ = nullptr;
  int threads_ = 1;
  bool pool_taken_ = false;

  Array<Shape> input_shapes_;
  Array<ElementType> input_types_;
  Prepared prepared_;
  Prepared* current_ = nullptr;  // what OpContext works on: prepared_, or the one being made
  AlignedBuffer arena_;
  uint8_t* scratch_ = nullptr;
  BlockList state_memory_;
  Array<void*> state_data_;      // per state of the model
  Array<Shape> state_shapes_;
  Array<Tensor> inputs_;
  Array<Tensor> outputs_;
  // Tensors made by deferred steps, freed after their last use or before the next run.
  struct DynamicTensor {
    int tensor;
    int last_use;
    void* memory;
    size_t bytes;
  };
  Array<DynamicTensor> dynamic_;
  size_t dynamic_bytes_ = 0;
  AlignedBuffer dynamic_scratch_;
  BlockList deferred_memory_;    // op states of deferred steps, until the next run
};

}  // namespace linnet

#endif  // LINNET_ENGINE_SESSION_H_
