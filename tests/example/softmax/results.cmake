# Softmax attention of two heads and of one: the steps beside them are as known, and a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv larger_targets.csv run.json weights.json)
set(figures alignment.svg larger_inputs.svg larger_targets.svg loss.svg weights.svg)
set(settings --steps 150 --batch 64 --seed 3 --seeds 2 --eval-every 50)

expect_refusal("--heads expects a whole number from 1 to 2, not '3'" --heads 3)
expect_refusal("--heads expects one value" --heads)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_success(--help)
expect_output("--heads" "10000; one head 5000" "out/softmax_<heads>" "--quick" "--steps 4000 --batch 512")

expect_whole_run()
expect_output("training two heads of softmax attention: about" "seed 3   step 150/150  100 %" "0.204689   6.0010" "0.218464"
    "310/1419 at 3000/473" "centred step, best on these tasks" "beside the diagonal" "1 thread" "whole")

# What grows in the sum does not cancel.
file(READ "${WORK}/whole/weights.svg" svg)
if(NOT svg MATCHES "the heads, ([0-9.]+) % of the sum's diagonal, (cancels|comes) to ([0-9.]+) % in their sum")
    message(SEND_ERROR "weights.svg should say what the heads and their sum have beside the diagonal")
elseif((CMAKE_MATCH_2 STREQUAL "cancels" AND NOT CMAKE_MATCH_3 LESS_EQUAL CMAKE_MATCH_1)
       OR (CMAKE_MATCH_2 STREQUAL "comes" AND NOT CMAKE_MATCH_3 GREATER_EQUAL CMAKE_MATCH_1))
    message(SEND_ERROR "weights.svg should not say '${CMAKE_MATCH_0}'")
endif()

read_json(whole/run.json)
expect_value(softmax program)
expect_value(2 parameters heads)
expect_value(OFF parameters quick)
expect_number(0.2046878 0.2046898 loss_gd)
expect_number(0.2184637 0.2184638 loss_exact)
expect_number(6.342494 6.342495 learning_rate_exact)
# On the evaluation tasks the centred step is as much better than expected as the step of gradient descent is.
expect_number(0.2178 0.2179 loss_centred_same_tasks)
expect_number(6.2 6.25 learning_rate_centred_same_tasks)
# Of a layer that has barely begun to learn.
expect_number(0.3 0.5 loss_trained)
expect_number(-1 1 cosine)
expect_number(-1 1 cosine_centred)
expect_number(0 100000 off_diagonal_heads)
expect_number(0 100000 off_diagonal_sum)
foreach(name loss_trained cosine cosine_centred learning_rate_trained off_diagonal_heads off_diagonal_sum)
    expect_mean(${name})
endforeach()

expect_table(whole/curves.csv
    "seed,step,loss_trained,cosine,sensitivity_difference,prediction_difference,cosine_centred" "3 4" "0 50 100 150")
cell(untrained "3,0" loss_trained)
expect_between("the loss of predicting 0" ${untrained} 0.4098 0.4099)

set(columns_of_predictors value,loss_gd,loss_centred,loss_trained,loss_trained_deviation)
expect_table(whole/larger_inputs.csv ${columns_of_predictors}
    "0.5 0.6 0.7 0.8 0.9 1 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2")
json(loss_trained loss_trained)
cell(loss 1 loss_trained)
expect_near("the trained loss at alpha = 1 and in run.json" ${loss} ${loss_trained} 2)
json(loss_centred loss_centred_same_tasks)
cell(loss 1 loss_centred)
expect_near("the loss of the centred step at alpha = 1 and in run.json" ${loss} ${loss_centred} 2)

# The centred step, too, is linear in the targets.
expect_table(whole/larger_targets.csv ${columns_of_predictors} "0.5 1 1.5 2 2.5 3 3.5 4 4.5 5")
cell(loss 1 loss_centred)
cell(twice 2 loss_centred)
expect_zero("loss(2) - 4 loss(1)" 4 1 ${twice} -4 ${loss})

read_json(whole/weights.json)
expect_length(2)
expect_length(2 "seed 3" query)  # heads
expect_length(11 "seed 4" output 1)

# A run goes on as what it was.
expect_refusal("heads = 2, which cannot be resumed with heads = 1" ${settings} --heads 1 --resume --out whole)
expect_refusal("batch = 64, which cannot be resumed with batch = 65" --batch 65 --seed 3 --seeds 2 --eval-every 50
    --resume --out whole)
expect_interruption(150)

# One head, and defaults: --quick changes those that are not given, wherever it stands.
expect_success(--heads 1 --steps 20 --quick --eval-every 10 --threads 2 --quiet)
expect_files(out softmax_1)
expect_results(out/softmax_1)
read_json(out/softmax_1/run.json)
expect_value(1 parameters heads)
expect_value(20 parameters steps)
expect_value(512 parameters batch)
expect_value(ON parameters quick)
expect_number(0.2046878 0.2046898 loss_gd)
expect_table(out/softmax_1/larger_targets.csv "value,loss_gd,loss_trained" "0.5 1 1.5 2 2.5 3 3.5 4 4.5 5")
