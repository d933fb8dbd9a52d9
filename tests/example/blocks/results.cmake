# What does not depend on the training is as known, the tables fit together, and a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv run.json weights.json)
set(figures alignment.svg loss.svg)
set(settings --quick --steps 6 --batch 16 --seed 3 --eval-every 6)

expect_whole_run()
expect_output("seed 3   step 6/6  100 %" "12 steps of gradient descent" "12 steps of GD++, shared rates" "1 thread" "whole")

read_json(whole/run.json)
expect_value(blocks program)
expect_value(ON parameters quick)
expect_number(0.0755 0.0785 loss_gd)
expect_number(4.5 5.6 learning_rate_gd)
# The rates of a quick run are fitted in a tenth of the steps; they are worse than those of a full one, and better than GD.
expect_number(0.03 0.07 loss_gdpp_shared)
expect_number(0.02 0.07 loss_gdpp)
expect_length(12 learning_rate_gdpp)
expect_length(12 gamma_gdpp)
expect_number(0.409 0.411 loss_trained)  # untrained blocks predict 0
expect_number(-1 1 cosine_gdpp)
expect_number(-1 1 cosine_gd)

expect_table(whole/curves.csv "seed,step,loss_trained,cosine_gd,cosine_gdpp,sensitivity_difference_gdpp,\
prediction_difference_gdpp" "3" "0 6")
cell(untrained "3,0" loss_trained)
expect_between("the loss of predicting 0" ${untrained} 0.4098 0.4099)

# A run goes on as what it was.
expect_refusal("quick = true, which cannot be resumed with quick = false"
    --steps 6 --batch 16 --seed 3 --eval-every 6 --resume --out whole)

# Half of the steps go on as if they had never ended.
expect_success(--quick --steps 3 --batch 16 --seed 3 --eval-every 6 --threads 1 --quiet --out prolonged)
expect_resumption(prolonged)
