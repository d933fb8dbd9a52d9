# A layer that one_step trained, one that PyTorch trained, and one that nobody trained: what inspect says of each.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

cmake_path(GET PROGRAM PARENT_PATH tools)
set(one_step "${tools}/../reproduce/one_step")
set(weights "${CMAKE_CURRENT_LIST_DIR}/../../files/weights")

# ---------------------------------------------------------------------------------------- trained by PyTorch ------

expect_success("${weights}/pytorch_trained.safetensors" --layout output-by-input --prefix self_attn. --out torch --threads 1)
expect_output("1 layer of tokens 10 + 1, contexts of 10 examples" "one step, exact optimum   0.206229   at eta = 6.0606"
    "yes: it is one step of gradient descent" "results in torch")
read_json(torch/run.json)
expect_value("gradient descent" verdict)
expect_number(4.5 7.5 layers 0 learning_rate)
expect_number(-0.1 0.1 layers 0 gamma)
expect_number(0 0.1 layers 0 distance_from_gradient_descent)
expect_number(0 0.2 layers 0 distance_of_key_query)
expect_number(0.204 0.2085 loss)
expect_number(0.204 0.2075 loss_gradient_descent)
expect_number(0.206228956 0.206228957 loss_exact_one_step)
expect_number(0.99 1 with_gradient_descent cosine)
file(READ "${WORK}/torch/weights.svg" svg)
if(NOT svg MATCHES "^<svg .*</svg>\n$" OR svg MATCHES "\"[^\"]*(nan|inf)[^\"]*\"")
    message(SEND_ERROR "weights.svg should be a whole SVG")
endif()

# Biases of zero change nothing, and neither does what the prefix leaves out.
foreach(prefix zero_bias. damped.layer.)
    expect_success("${weights}/parts.safetensors" --layout output-by-input --prefix ${prefix} --out parts --threads 1)
    expect_output("yes: it is one step of gradient descent")
endforeach()

# The name of a layer, with or without its dot, is not that of the tenth.
foreach(prefix ten.layer_1. ten.layer_1)
    expect_success("${weights}/parts.safetensors" --layout input-by-output --prefix ${prefix} --out ten --threads 1)
    expect_output("1 layer of tokens 10 + 1" "yes: it is one step of gradient descent")
endforeach()

# ------------------------------------------------------------------------------- made of two steps of GD++, by numpy ----

expect_success("${weights}/two_steps.npz" --layout input-by-output --prefix model. --out two_steps --threads 1)
expect_output("2 layers of tokens 10 + 1" "yes: it is 2 steps of GD++")
read_json(two_steps/run.json)
expect_number(2.9999999 3.0000001 layers 0 learning_rate)
expect_number(0.1499999 0.1500001 layers 0 gamma)
expect_number(0.0999999 0.1000001 layers 0 largest_initial_weight)
expect_number(0.1 1 layers 0 distance_from_gradient_descent)
expect_number(0 0.0000001 layers 0 distance_from_gd_plus_plus)
expect_number(1.9999999 2.0000001 layers 1 learning_rate)
expect_number(0 0.0000001 layers 1 distance_from_gradient_descent)
expect_number(0 0.0000001 layers 1 distance_of_key_query)
expect_number(0 0.0000001 layers 1 distance_of_output_value)
expect_number(0.9999 1.000001 with_gd_plus_plus cosine)
json(loss loss)
json(loss_of_steps loss_gd_plus_plus)
expect_near("the loss of two steps and of the layers made of them" ${loss} ${loss_of_steps} 2000)

# ------------------------------------------------------------------- steps of gradient descent at all kinds of rates ----

# Predicting 0 loses 10/24 in expectation. At eta = -6 the step goes up the gradient; at 1000 down, and much too far.
function(expect_verdict prefix verdict least greatest)
    expect_success("${weights}/rates.safetensors" --layout output-by-input --prefix ${prefix}. --out rates_${prefix} --threads 1)
    set(output "${output}" PARENT_SCOPE)
    read_json(rates_${prefix}/run.json)
    expect_value("${verdict}" verdict)
    expect_number(0.40986 0.40987 loss_predicting_zero)
    expect_number(${least} ${greatest} loss)
endfunction()
set(worse "its loss is above that of predicting 0, which is 0.40986")
expect_verdict(good "gradient descent" 0.204687 0.20469)
expect_output("yes: it is one step of gradient descent" "6.0000   0.0000 ")
expect_output_without("predicting 0")
expect_output_without("-0.0000")
expect_verdict(ascent "gradient ascent" 1.0321 1.0323)
expect_output("no: it is a step of gradient ascent, for its eta is -6; but for that it would be one step of gradient descent"
    "${worse}")
expect_output_without("yes")
expect_verdict(too_long "gradient descent" 5725 5726)
expect_output("yes: it is one step of gradient descent" "${worse}")
expect_verdict(mixed "gradient ascent" 0.2 1)
expect_output("no: layer 1 is a step of gradient ascent, for its eta is -2; but for that it would be 2 steps of gradient descent")

# --------------------------------------------------------------------------------------- trained by one_step ------

run("${one_step}" --steps 1500 --batch 512 --eval-every 1500 --threads 1 --quiet --out trained)
expect_exit_code(0)
expect_success(trained/weights.safetensors --layout output-by-input --out ours --threads 1)
read_json(trained/run.json)
json(loss_of_one_step loss_trained)
read_json(ours/run.json)
expect_value("gradient descent" verdict)
json(loss loss)
expect_near("the loss by inspect and by one_step" ${loss} ${loss_of_one_step} 2000)

# The layer twice in a row is two steps, of which the first is too long.
expect_success(trained/weights.safetensors --layout output-by-input --loops 2 --out twice --threads 1)
expect_output("2 layers of tokens")
read_json(twice/run.json)
expect_length(2 layers)

# The same numbers read as transposes are another layer; it is said, and not guessed.
expect_success(trained/weights.safetensors --layout input-by-output --out transposed --threads 1 --quiet)
read_json(transposed/run.json)
json(loss_transposed loss)
if(loss_transposed STREQUAL loss)
    message(SEND_ERROR "the layer read as transposes should have another loss")
endif()

# ------------------------------------------------------------------------------------------------ untrained -------

run("${one_step}" --steps 1 --batch 64 --eval-every 1 --threads 1 --quiet --out untrained)
expect_exit_code(0)
expect_success(untrained/weights.safetensors --layout output-by-input --out no --threads 1)
expect_output("no: it is neither one step of gradient descent nor of GD++")
read_json(no/run.json)
expect_value(neither verdict)
