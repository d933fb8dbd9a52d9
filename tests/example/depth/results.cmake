# Two looped layers: what does not depend on the training is as known, and a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv run.json weights.json)
set(figures alignment.svg loss.svg weights.svg)
set(settings --layers 2 --looped --steps 600 --batch 64 --seed 3 --seeds 2 --eval-every 200)

expect_refusal("--layers 4 is none of the models compiled in" --layers 4)
expect_refusal("--layers 3 --looped is none of the models compiled in" --layers 3 --looped)
expect_refusal("to resume" --layers 2 --resume --out nothing)
expect_files("")

expect_whole_run()
expect_output(" per seed on 1 thread, everything" "seed 3   step 600/600  100 %" "seed 4   step 600/600  100 %" "2 steps of gradient descent" "0.154730"
    "2 steps of GD++" "0.1118" "2 looped layers, trained" "1 thread" "whole")

read_json(whole/run.json)
expect_value(depth program)
expect_value(2 parameters layers)
expect_value(ON parameters looped)
expect_number(0.15463 0.15483 loss_gd)
expect_number(6.000999 6.001001 learning_rate_gd)
expect_number(0.1117 0.1121 loss_gdpp)
expect_number(13.3 13.5 learning_rate_gdpp)
expect_number(0.174 0.176 gamma_gdpp)

# A model that has begun to learn: the untrained one predicts 0, and two steps of GD++ are where it goes.
json(loss_gdpp loss_gdpp)
expect_number(${loss_gdpp} 0.41 loss_trained)
expect_number(0.5 1 cosine_gd)
expect_number(0.5 1 cosine_gdpp)
expect_number(0 0.5 prediction_difference_gdpp)
expect_number(0 300 seconds_training)
expect_mean(loss_trained)

expect_table(whole/curves.csv "seed,step,loss_trained,loss_interpolated,cosine_gd,sensitivity_difference_gd,\
prediction_difference_gd,cosine_gdpp,sensitivity_difference_gdpp,prediction_difference_gdpp,cosine_gdpp_shared"
    "3 4" "0 200 400 600")
foreach(seed 3 4)
    cell(untrained "${seed},0" loss_trained)
    expect_between("the loss of predicting 0" ${untrained} 0.4098 0.4099)
    cell(cosine "${seed},600" cosine_gdpp)
    cell(shared "${seed},600" cosine_gdpp_shared)
    expect_near("the rates of looped layers are shared: the cosines" ${cosine} ${shared} 0)
endforeach()

# A run goes on as what it was.
set(common --layers 2 --seed 3 --eval-every 200 --resume --out whole)
expect_refusal("batch = 64, which cannot be resumed with batch = 65" ${common} --looped --batch 65)
expect_refusal("looped = true, which cannot be resumed with looped = false" ${common} --batch 64)
expect_refusal("has done 600 steps, so it cannot be resumed with --steps 599" ${common} --looped --batch 64 --steps 599)

expect_interruption(600)
