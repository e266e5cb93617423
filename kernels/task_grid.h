// How work is cut into tasks that threads claim.
#ifndef LINNET_KERNELS_TASK_GRID_H_
#define LINNET_KERNELS_TASK_GRID_H_

#include <cstddef>

namespace linnet::kernels {

constexpr int kTasksPerThread = 4;  // so that threads end together although one is slower

// Into how many tasks `work` is cut: none of them much smaller than `least`, in the same unit; as many for each thread
// where there is enough to do.
inline size_t TaskCount(size_t threads, size_t work, size_t least) {
  const size_t most = threads > 1 ? work / least : 1;
  if (most <= threads) return most > 1 ? most : 1;
  const size_t each = most / threads;
  return threads * (each < size_t{kTasksPerThread} ? each : size_t{kTasksPerThread});
}

// A matrix product of [m, n] results in tasks of at most task_rows x task_columns.
struct TaskGrid {
  size_t task_rows = 1, task_columns = 1;
};

// What the grid depends on, but for the sizes. Costs are multiply-adds that take as long: of a task that pays, and of reading
// a value of A and of B, since a task reads its rows of the one and its columns of the other.
struct TaskCosts {
  size_t least;
  size_t row_parts;    // rows are cut into at most so many parts
  size_t column_step;  // columns into parts of a multiple of this
  size_t a_read, b_read;
};

// The grid for each of `products` of [m, k] by [k, n] that are run side by side, that leaves the least to do for the busiest
// thread: as many tasks as pay or fewer, at least half of them where the limits allow.
inline TaskGrid PlanTaskGrid(size_t threads, size_t products, size_t m, size_t n, size_t k, const TaskCosts& costs) {
  constexpr size_t kReadRows = 8;  // a product of fewer rows takes as long: it reads more than it computes
  const size_t wanted = TaskCount(threads, products * (m < kReadRows ? kReadRows : m) * n * k, costs.least);
  TaskGrid best;
  size_t best_tasks = 0, best_cost = 0;
  const size_t steps = n > 0 ? (n + costs.column_step - 1) / costs.column_step : 1;
  for (size_t rows = 1; rows == 1 || (rows * products <= wanted && rows <= costs.row_parts); ++rows) {
    for (size_t columns = 1; columns == 1 || (rows * columns * products <= wanted && columns <= steps); ++columns) {
      const TaskGrid grid = {(m + rows - 1) / rows, (steps + columns - 1) / columns * costs.column_step};
      const size_t all = rows * columns * products, tasks = all < wanted / 2 ? all : wanted / 2;
      const size_t cost = (all + threads - 1) / threads *
                          (grid.task_rows * grid.task_columns + costs.a_read * grid.task_rows + costs.b_read * grid.task_columns);
      if (best_cost == 0 || tasks > best_tasks || (tasks == best_tasks && cost < best_cost)) {
        best = grid;
        best_tasks = tasks;
        best_cost = cost;
      }
    }
  }
  return best;
}

}  // namespace linnet::kernels

#endif  // LINNET_KERNELS_TASK_GRID_H_
