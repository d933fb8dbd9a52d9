# Distributions of tasks, and what is said of many of them.

in_header(task/task.hpp)
mutation(unit/task_distributions [[width > 0 && width <= std::numeric_limits<float>::max()]] [[width <= std::numeric_limits<float>::max()]])
mutation(unit/task_distributions [[width > 0 && width <= std::numeric_limits<float>::max()]] [[width > 0]])

in_header(experiment/spectrum.hpp)
mutation(unit/spectrum [[std::midpoint(*std::max_element(values.begin(), middle), *middle)]] [[(*std::max_element(values.begin(), middle) + *middle) / 2]])
