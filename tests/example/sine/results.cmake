# Two short runs leave their files whole, what stands in them fits together, and a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_control.json checkpoint_trained.json)
set(tables curves.csv curves_control.csv one_task.csv run.json weights.json)
set(figures alignment.svg loss.svg one_task.svg)
set(settings --steps 30 --batch 32 --seed 3 --seeds 2 --eval-every 20)

expect_whole_run()
expect_output("control, seed 3   step 30/30  100 %" "trained network, seed 4   step 30/30  100 %" "partial cosine" "1 thread"
    "whole")

read_json(whole/run.json)
expect_value(sine program)
expect_value(one parameters family)
expect_value(OFF parameters quick)
expect_value(32 parameters batch)
# Hardly trained, both predict about 0.
expect_number(0.02 0.0265 loss_trained)
expect_number(0.02 0.0265 loss_control)
expect_number(-1 1 partial_cosine)
expect_number(0 0.1 sensitivity_difference)
expect_number(0 0.1 prediction_difference)
foreach(name loss_trained loss_control partial_cosine)
    expect_mean(${name})
endforeach()

# Predicting 0 costs .0259. Before training the prediction is the embedding's, a small multiple of the input.
expect_table(whole/curves.csv "seed,step,loss_trained,partial_cosine,sensitivity_difference,prediction_difference"
    "3 4" "0 20 30")
foreach(seed 3 4)
    cell(untrained "${seed},0" loss_trained)
    expect_between("the loss of an untrained network" ${untrained} 0.0252 0.035)
endforeach()
expect_table(whole/curves_control.csv "seed,step,loss_control" "3 4" "0 20 30")

# The one task that is shown: 100 queries from left to right, of an amplitude of at most 1/2.
expect_table(whole/one_task.csv "x,y,trained,control,trained_before_attention,control_before_attention")
list(LENGTH rows count)
if(NOT count EQUAL 100)
    message(SEND_ERROR "one_task.csv should have 100 rows, but has ${count}")
endif()
set(before -5.001)
foreach(row IN LISTS rows)
    string(REPLACE "," ";" row "${row}")
    list(GET row 0 x)
    list(GET row 1 y)
    expect_between("an input after ${before}" ${x} ${before} 5)
    expect_between("a sine wave" ${y} -0.501 0.501)
    set(before ${x})
endforeach()

# A run goes on as what it was.
expect_refusal("family = \"one\", which cannot be resumed with family = \"two\"" ${settings} --family two --resume --out whole)
expect_refusal("batch = 32, which cannot be resumed with batch = 256"
    --quick --steps 30 --seed 3 --seeds 2 --eval-every 20 --resume --out whole)
# A longer run measures beside a control that was trained longer, from its first row on.
expect_refusal("control_steps = 30, which cannot be resumed with control_steps = 60"
    --steps 60 --batch 32 --seed 3 --seeds 2 --eval-every 20 --resume --out whole)

# The other family, whose waves are up to ten times as large: predicting 0 costs 2.1.
expect_success(--family two --steps 2 --batch 16 --eval-every 2 --threads 1 --quiet --out two)
expect_results(two)
read_json(two/run.json)
expect_value(two parameters family)
expect_number(1.9 2.3 loss_trained)
