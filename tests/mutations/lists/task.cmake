# Distributions of tasks, and what is said of many of them.

in_header(experiment/spectrum.hpp)
mutation(unit/spectrum [[std::midpoint(*std::max_element(values.begin(), middle), *middle)]] [[(*std::max_element(values.begin(), middle) + *middle) / 2]])
