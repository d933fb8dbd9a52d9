# What does not depend on the training is as known, the tables fit together, and a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables attention.csv curves.csv run.json weights.json)
set(figures attention.svg copying.svg runs.svg)
set(settings --steps 60 --batch 64 --seed 3 --seeds 2 --eval-every 40)

expect_whole_run()
expect_output("seed 3   step 60/60  100 %" "seed 4   step 60/60  100 %" "one step of gradient descent 0.204689"
    "two steps                    0.154730" "1 thread" "whole")

read_json(whole/run.json)
expect_value(copying program)
expect_number(0.2046878 0.2046898 loss_gd)
expect_number(6.000999 6.001001 learning_rate_gd)
expect_number(0.15463 0.15483 loss_gd_two_steps)
expect_number(0.4098 0.4099 loss_of_zero)
expect_number(0.38 0.6 loss_trained)
expect_mean(loss_trained)
expect_mean(sensitivity_next)
# Nothing has been copied after 60 steps, so there is no step to name.
expect_value(0 reached step_sensitivity_next_half)
expect_value(0 reached step_loss_half_way)
expect_value(0 reached step_sensitivity_next_tenth)
expect_in_figure(whole/copying.svg "Of the first seed: the first layer does not look at the next token, and the loss is ")
expect_length(2 runs step_sensitivity_next_half)
string(JSON ignored ERROR_VARIABLE not_there GET "${record}" step_sensitivity_next_half)
if(NOT not_there)
    message(SEND_ERROR "a step that no run has reached should not be in the record")
endif()

# Before training the prediction is minus a cosine of the query's place, .99992; softmax weighs all tokens alike, and a token
# is passed on with its residual: own = sqrt 10.
expect_table(whole/curves.csv "seed,step,loss_trained,sensitivity_own,sensitivity_next,sensitivity_other" "3 4" "0 40 60")
foreach(seed 3 4)
    cell(untrained "${seed},0" loss_trained)
    expect_between("the loss of an untrained network" ${untrained} 0.88 0.95)
    cell(own "${seed},0" sensitivity_own)
    expect_between("the sensitivity to the token itself" ${own} 3.1 3.22)
    cell(next "${seed},0" sensitivity_next)
    expect_between("the sensitivity to the next token" ${next} 0 0.01)
endforeach()

# A row of weights for each of 21 tokens; they are positive and sum to 1.
set(header token)
foreach(layer first second)
    foreach(i RANGE 19)
        string(APPEND header ",${layer}_to_${i}")
    endforeach()
endforeach()
expect_table(whole/attention.csv "${header}" "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20")
foreach(row IN LISTS rows)
    string(REPLACE "," ";" row "${row}")
    set(terms "")
    foreach(i RANGE 1 20)
        list(GET row ${i} weight)
        expect_between("a weight" ${weight} 0 1)
        list(APPEND terms 1 ${weight})
    endforeach()
    expect_zero("the weights of a token, less 1" 1000 -1 1 ${terms})
endforeach()

expect_refusal("batch = 64, which cannot be resumed with batch = 512" --quick --seed 3 --resume --out whole)

expect_interruption(60)
