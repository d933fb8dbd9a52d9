# One and two layers with a LayerNorm: beside gradient descent, and on larger inputs; a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv run.json weights.json)
set(figures alignment.svg larger_inputs.svg loss.svg)
set(settings_of_both --steps 900 --batch 64 --seed 3 --seeds 2 --eval-every 300)
set(settings --layers 2 ${settings_of_both})

expect_refusal("--layers expects a whole number from 1 to 2, not '3'" --layers 3)
expect_refusal("--layers expects one value" --layers)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_success(--help)
expect_output("--layers" "15000" "out/layer_norm_<layers>" "--quick" "--steps 3000 --batch 512")

expect_whole_run()
expect_output("training two layers, the second behind a LayerNorm: about" "seed 3   step 900/900  100 %"
    "two steps of gradient descent" "two steps of GD++" "better than gradient descent from" "1 thread" "whole")

read_json(whole/run.json)
expect_value(layer_norm program)
expect_value(2 parameters layers)
expect_number(0.1547 0.1548 loss_gd)
expect_number(0.1118 0.1120 loss_gdpp)
expect_number(0.12 0.42 loss_trained)
expect_number(0.3 1 cosine)
foreach(name loss_trained cosine cosine_gdpp sensitivity_difference prediction_difference)
    expect_mean(${name})
endforeach()
expect_table(whole/curves.csv "seed,step,loss_trained,cosine,sensitivity_difference,prediction_difference,cosine_gdpp"
    "3 4" "0 300 600 900")
cell(untrained "3,0" loss_trained)
expect_between("the loss of predicting 0" ${untrained} 0.4098 0.4099)

expect_table(whole/larger_inputs.csv value,loss_gd,loss_gdpp,loss_trained,loss_trained_deviation
    "0.5 0.75 1 1.25 1.5 1.75 2 2.25 2.5 2.75 3 3.25 3.5 3.75 4")
json(loss_trained loss_trained)
cell(loss 1 loss_trained)
expect_near("the trained loss at alpha = 1 and in run.json" ${loss} ${loss_trained} 2)
json(better_from better_from)
expect_between("where the trained model becomes better" ${better_from} 1.25 4)
foreach(alpha 1.25 1.5 1.75 2 2.25 2.5 2.75 3 3.25 3.5 3.75 4)
    cell(trained ${alpha} loss_trained)
    cell(gd ${alpha} loss_gd)
    if(alpha GREATER_EQUAL better_from AND trained GREATER_EQUAL gd)
        message(SEND_ERROR "at alpha = ${alpha} the trained model should be better than gradient descent")
    endif()
endforeach()

read_json(whole/weights.json)
expect_length(2)
expect_length(2 "seed 3" query)  # layers
expect_length(11 "seed 3" scale)

# A run goes on as what it was.
expect_refusal("layers = 2, which cannot be resumed with layers = 1" ${settings_of_both} --layers 1 --resume --out whole)
expect_interruption(900)

# One layer, and defaults.
expect_success(--steps 20 --quick --eval-every 10 --threads 2 --quiet)
expect_files(out layer_norm_1)
expect_results(out/layer_norm_1)
read_json(out/layer_norm_1/run.json)
expect_value(1 parameters layers)
expect_value(512 parameters batch)
expect_number(0.2046878 0.2046898 loss_gd)
