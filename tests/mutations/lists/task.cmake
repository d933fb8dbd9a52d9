# Distributions of tasks, and what is said of many of them.

in_header(task/task.hpp)
mutation(unit/task_distributions [[width > 0 && width <= std::numeric_limits<float>::max()]] [[width <= std::numeric_limits<float>::max()]])
mutation(unit/task_distributions [[width > 0 && width <= std::numeric_limits<float>::max()]] [[width > 0]])

in_header(task/batch.hpp)
mutation(unit/batch [[static_cast<std::uint32_t>(std::min(task, batch - 1))]] [[static_cast<std::uint32_t>(task)]])
mutation(unit/training [[static_cast<std::uint32_t>(std::min(task, batch - 1))]] [[static_cast<std::uint32_t>(task)]])

in_header(task/sine_waves.hpp)
mutation(unit/sine_waves [[task.target(0, token) = amplitude]] [[task.target(0, 0) = amplitude]])
mutation(unit/sine_waves [[task.prompt.query(0, token) = x;]] [[task.prompt.query(0, Sizes.query - 1 - token) = x;]])
mutation(unit/task_distributions [[uniform(parameters[one ? 0 : 1], 0, pi);]] [[Floats(uniform(parameters[one ? 0 : 1], 0, pi)[0]);]])

in_header(task/keys.hpp)
mutation(unit/task_distributions [[training_stream = 1;]] [[training_stream = 0;]])
mutation(golden/random [[return total / 2 + total % 2;]] [[return (total + 1) / 2;]])

in_header(experiment/alignment.hpp)
mutation(unit/alignment [[result(output, row) = by_prompt.query(row, 0);]] [[result(output, row) = by_prompt.query(row, Given.query - 1);]])

in_header(experiment/spectrum.hpp)
mutation(unit/spectrum [[std::midpoint(*std::max_element(values.begin(), middle), *middle)]] [[(*std::max_element(values.begin(), middle) + *middle) / 2]])
set(t unit/spectrum)
mutation(${t} [[static_cast<double>(eigenvalues.size()) * std::numeric_limits<double>::epsilon() * *greatest]] [[std::numeric_limits<double>::epsilon() * *greatest]])
mutation(${t} [[static_cast<double>(eigenvalues.size()) * std::numeric_limits<double>::epsilon() * *greatest]] [[static_cast<double>(eigenvalues.size()) * std::numeric_limits<double>::epsilon()]])
mutation(${t} [[spectra.weight_ = scale * scale * range * range / 12 / count;]] [[spectra.weight_ = scale * scale / 12 / count;]])
mutation(${t} [[spectra.weight_ = scale * scale * range * range / 12 / count;]] [[spectra.weight_ = range * range / 12 / count;]])
mutation(${t} [[std::isinf(before) ? before : condition_number(of_context)]] [[condition_number(of_context)]])

in_header(experiment/least_squares.hpp)
set(t unit/least_squares)
mutation(${t} [[is_lost = is_lost || back(input, query) != given_Xq(input, query);]] [[]])
mutation(${t} [[is_held = is_held && std::ldexp(weight, -exponent) == solution.W(output, input);]] [[]])
mutation(${t} [[exponents.push_back(exponent_of(y));]] [[exponents.push_back(0);]])
mutation(${t} [[return in_units(solution.W, solution.exponents, -solution.exponent);]] [[return in_units(solution.W, -solution.exponent);]])
mutation(${t} [[result = in_units<double>(product(W, Xq), solution.exponents);]] [[result = product(W, Xq);]])

in_header(experiment/learning_rate_scan.hpp)
mutation(golden/reference_tasks [[ || !std::isfinite(range.end)) {]] [[) {]])

in_header(experiment/fitted_rates.hpp)
set(t unit/fitted_rates)
mutation(${t} [[result(first + 1) += of_step.gamma;]] [[]])
mutation(${t} [[fit.steps.back().gamma = 0;]] [[]])
