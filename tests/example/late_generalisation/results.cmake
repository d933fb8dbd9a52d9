# A grid of fixed sets: what is learned by heart and what is not, a finding that fits its curve, and a resumed run that comes
# to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_512_64_3.json checkpoint_512_64_10.json)  # as they appear
set(tables curves.csv run.json weights.json)
set(figures loss.svg set_512.svg)
set(settings --tasks 512 --rates 3,10 --steps 200 --batch 64 --seed 3 --seeds 2 --eval-every 100)

expect_refusal("--tasks expects some of 256, 512, 1024, 2048, 8192" --tasks 100)
expect_refusal("--rates expects some of 1, 3, 10" --rates 2)
expect_refusal("--rates expects one value" --rates)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_success(--help)
expect_output("--tasks" "--rates" "128 and 512" "out/late_generalisation" "--quick")

expect_whole_run()
expect_output("training in 2 settings: about" "512 tasks, batch 64, rate .003, seed 3   step 200/200  100 %"
    "512 tasks, batch 64, rate .010, seed 4   step 200/200  100 %" "one step of gradient descent: 0.204689"
    "late generalisation" "1 thread" "whole")

expect_table(whole/curves.csv "tasks,batch,learning_rate,seed,step,loss_set,loss_trained"
    "512" "64" "0.003 0.01" "3 4" "0 100 200")
foreach(rate 0.003 0.01)
    cell(untrained "512,64,${rate},3,0" loss_trained)
    expect_between("the loss of predicting 0" ${untrained} 0.4098 0.4099)
    cell(set_at_first "512,64,${rate},3,0" loss_set)
    expect_between("the loss of predicting 0 on the set" ${set_at_first} 0.35 0.5)
    foreach(seed 3 4)
        cell(on_set "512,64,${rate},${seed},200" loss_set)
        cell(on_others "512,64,${rate},${seed},200" loss_trained)
        expect_between("the loss on the set of seed ${seed}" ${on_set} 0 ${on_others})
    endforeach()
endforeach()

read_json(whole/run.json)
expect_value(late_generalisation program)
expect_match("^(ON|OFF)$" found)
expect_number(0.2046878 0.2046898 loss_gd)
expect_length(2 grid)
expect_value(512 found_in tasks)
expect_value(64 found_in batch)
# The summary of a curve is that of its numbers.
set(points 0 1)
set(rates 0.003 0.01)
foreach(point rate IN ZIP_LISTS points rates)
    expect_number(${rate} ${rate} grid ${point} learning_rate)
    foreach(run 0 1)
        math(EXPR seed "3 + ${run}")
        cell(in_table "512,64,${rate},${seed},200" loss_set)
        json(in_record grid ${point} runs loss_set ${run})
        expect_near("the loss on the set in curves.csv and in run.json" ${in_table} ${in_record} 2)
    endforeach()
    cell(in_table "512,64,${rate},3,200" loss_trained)
    json(in_record grid ${point} runs loss_trained 0)
    expect_near("the loss on other tasks in curves.csv and in run.json" ${in_record} ${in_table} 2)
    json(found_seeds grid ${point} seeds_found)
    json(found found)
    if(found_seeds GREATER 0 AND NOT found)
        message(SEND_ERROR "what is found in a setting should be found")
    endif()
endforeach()

read_json(whole/weights.json)
expect_length(2)
expect_length(44 "512 tasks, batch 64, rate .003" "seed 3" first)
expect_length(11 "512 tasks, batch 64, rate .010" "seed 4" second)

# A run goes on as what it was.
expect_refusal("eval_every = 100, which cannot be resumed with eval_every = 50" --tasks 512 --rates 3,10 --steps 200 --batch 64
    --seed 3 --seeds 2 --eval-every 50 --resume --out whole)

# With --resume, too, no setting that is finished is left out.
set(rest --steps 200 --batch 64 --seed 3 --seeds 2 --eval-every 100 --resume --out whole)
expect_refusal("rates = [3,10], whose results would be lost with rates = [3]: choose another --out" --tasks 512 --rates 3 ${rest})
expect_refusal("tasks = [512], whose results would be lost with tasks = [256]: choose another --out"
    --tasks 256 --rates 3,10 ${rest})

# Nor a batch, which is in the names of the checkpoints, so that those of another one, which were interrupted before, would go on.
file(COPY "${WORK}/whole/" DESTINATION "${WORK}/batches")
file(REMOVE "${WORK}/batches/run.json" "${WORK}/batches/checkpoint_512_64_10.json")
set(of_32 --tasks 512 --rates 3 --steps 20 --batch 32 --seed 3 --seeds 1 --eval-every 10 --quiet --out batches)
expect_success(${of_32})
file(COPY "${WORK}/batches/" DESTINATION "${WORK}/batches_before")
expect_refusal("'batches/run.json' is of a finished run with batch = 32, whose results would be lost with batch = 64: choose another --out"
    --tasks 512 --rates 3 --steps 200 --batch 64 --seed 3 --seeds 2 --eval-every 100 --resume --out batches)
foreach(file run.json curves.csv loss.svg)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/batches/${file}" "${WORK}/batches_before/${file}"
        RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
    if(differs)
        message(SEND_ERROR "${file} is of the batch that is finished, and should stay")
    endif()
endforeach()
expect_success(${of_32} --resume)

expect_interruption("200 of 512 tasks, batch 64, rate .010")
