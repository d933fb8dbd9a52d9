# The loss and its derivative.

in_header(task/loss.hpp)
set(t static/at_one_size)
equivalent(${t} [[error = prediction - target;]] [[error = target - prediction;]] "a square does not see the sign")
mutation(${t} [[error = prediction - target;]] [[error = prediction + target;]])
mutation(${t} [[Number(1) / Number(2) * inner_product]] [[inner_product]])
mutation(${t} [[* inner_product(error, error)]] [[* inner_product(error, prediction)]])

in_header(training/loss.hpp)
mutation(${t} [[predicted = prediction_of(result_of(pass));]] [[predicted = result_of(pass);]])
mutation(${t} [[cotangent = prediction_of(Targets(weight * Targets(predicted - target)));]] [[cotangent = weight * Targets(predicted - target);]])
mutation(${t} [[cotangent = prediction_of(Targets(weight * Targets(predicted - target)));]] [[cotangent = prediction_of(Targets(predicted - target));]])
mutation(${t} [[Targets(predicted - target)]] [[Targets(predicted)]])
mutation(${t} [[Targets(predicted - target)]] [[Targets(target - predicted)]])
mutation(${t} [[pull_back<Asked>(ParametersAlone{}, model, prompt, pass, cotangent, gradient);]] [[]])
mutation(${t} [[return weight * task_loss<Sizes, Number>(predicted, target);]] [[return task_loss<Sizes, Number>(predicted, target);]])
