# One head, two heads and a fixed batch: each learns what it should, and a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_one_head.json checkpoint_two_heads.json checkpoint_batch_128.json)  # as they appear
set(tables curves.csv run.json weights.json)
set(figures batches.svg batches_cosine.svg heads.svg)
set(settings --steps 1000 --batch 64 --seed 3 --seeds 2 --eval-every 500 --fixed-batches 128)

expect_refusal("--fixed-batches expects some of 128, 512, 2048, 8192" --fixed-batches 100)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_whole_run()
expect_output("one head, seed 3   step 1000/1000  100 %" "128 fixed tasks, seed 4   step 1000/1000  100 %"
    "one step of gradient descent: 0.204689" "two heads" "1 thread" "whole")

read_json(whole/run.json)
expect_value(seeds program)
expect_value(128 parameters batches 0)
expect_number(0.2046878 0.2046898 loss_gd)
foreach(kind one_head two_heads)
    expect_number(0.2046 0.22 ${kind} loss_trained)
    expect_number(0.97 1 ${kind} cosine)
    expect_number(0 500 ${kind} steps_plateau)
    expect_number(0 1000 ${kind} steps_drop)
    expect_mean(loss_trained ${kind})
endforeach()

expect_table(whole/curves.csv
    "heads,fixed_batch,seed,step,loss_trained,loss_batch,cosine,sensitivity_difference,prediction_difference"
    "1,0 2,0 1,128" "3 4" "0 500 1000")
foreach(seed 3 4)
    foreach(kind 1,0 2,0 1,128)
        cell(untrained "${kind},${seed},0" loss_trained)
        expect_between("the loss of predicting 0" ${untrained} 0.4098 0.4099)
    endforeach()
    cell(loss_batch "1,128,${seed},0" loss_batch)
    expect_between("the loss of predicting 0 on the fixed batch" ${loss_batch} 0.3 0.55)
    cell(loss_batch "1,128,${seed},1000" loss_batch)
    expect_between("the loss on a batch learned by heart" ${loss_batch} 0 0.03)
    cell(loss_trained "1,128,${seed},1000" loss_trained)
    expect_between("the loss on other tasks of what was learned by heart" ${loss_trained} 0.5 1000)
endforeach()

read_json(whole/weights.json)
expect_length(3)
expect_length(11 one_head "seed 3" query)  # rows
expect_length(2 two_heads "seed 4" query)  # heads
expect_length(11 batch_128 "seed 4" output)

# Fewer steps and seeds go on as if they had never ended.
set(common --seed 3 --eval-every 500 --fixed-batches 128 --out prolonged)
expect_success(--steps 300 --seeds 1 --batch 64 ${common} --threads 2 --quiet)
expect_refusal("batch = 64, which cannot be resumed with batch = 65" --steps 1000 --batch 65 ${common} --resume)
expect_resumption(prolonged)

# With --resume, too, no batch that is finished is left out.
expect_refusal("batches = [128], whose results would be lost with batches = [512]: choose another --out"
    --steps 1000 --batch 64 --seed 3 --seeds 2 --eval-every 500 --fixed-batches 512 --resume --out prolonged)
expect_same(whole prolonged)

expect_interruption("1000 of 128 fixed tasks")
expect_output_without("one head, seed")  # finished: it is not trained again
