# Layers of several sizes: what does not depend on the training is as known, a resumed run comes to the same bits, and a
# size that is finished is not trained again.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_2.json checkpoint_10.json)
set(tables curves.csv run.json sizes.csv weights.json)
set(figures loss.svg)
set(settings --sizes 10,2 --steps 1000 --batch 64 --seed 3 --seeds 2 --eval-every 500)  # in whatever order

expect_refusal("--steps expects a whole number from 1 to" --steps 0)
expect_refusal("--sizes expects some of 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30" --sizes 7)
foreach(list "," "2," ",2" "2,,3" "2, 3" "2 3" "02" "two")
    expect_refusal("--sizes expects" "--sizes=${list}")
endforeach()
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_whole_run()
expect_output("sizes 2, 10: about" "N = d = 2, seed 3   step 1000/1000  100 %" "N = d = 10, seed 4   step 1000/1000  100 %"
    "3/76 = 0.039474" "245/1188 = 0.206229" "0.204689" "6.0010" "1 thread" "whole")

# loss* = N/24 (5 N - 1) / (10 N - 1) and eta* = 60 N / (10 N - 1); the reference's loss of one step at N = d = 10.
read_json(whole/run.json)
expect_value(sizes program)
expect_length(2 setting input)
expect_length(2 setting context)
expect_length(2 sizes)
expect_value(2 sizes 0 size)
expect_number(0.039473684 0.039473685 sizes 0 loss_exact)
expect_number(6.315789473 6.315789474 sizes 0 learning_rate_exact)
expect_number(0.0385 0.0405 sizes 0 loss_scan)
expect_value(10 sizes 1 size)
expect_number(0.206228956 0.206228957 sizes 1 loss_exact)
expect_number(6.060606060 6.060606061 sizes 1 learning_rate_exact)
expect_number(0.2046878 0.2046898 sizes 1 loss_scan)
expect_number(6.000999 6.001001 sizes 1 learning_rate_scan)
foreach(index 0 1)  # nothing trained is much better than the best step, and the untrained layer predicts 0
    json(loss_scan sizes ${index} loss_scan)
    expect_number(${loss_scan} 0.5 sizes ${index} loss_trained)
    expect_mean(loss_trained sizes ${index})  # the median of two runs
    json(median sizes ${index} excess_percent)
    expect_number(${median} 1000 sizes ${index} excess_percent_worst)
    foreach(run 0 1)
        json(loss sizes ${index} runs loss_trained ${run})
        expect_number(${loss} 1 sizes ${index} loss_trained_worst)
    endforeach()
endforeach()

expect_table(whole/curves.csv "size,seed,step,loss_trained,loss_interpolated" "2 10" "3 4" "0 500 1000")
cell(untrained "10,3,0" loss_trained)
expect_between("the loss of predicting 0" ${untrained} 0.4 0.42)
expect_in_figure(whole/loss.svg "loss above that of one step of gradient descent (%)" ">median of 2 seeds<" ">each run<" "of 4 trained layers")
expect_not_in_figure(whole/loss.svg "standard deviation" "<polygon")
expect_table(whole/sizes.csv "size,learning_rate_exact,loss_exact,learning_rate_scan,loss_scan,loss_trained,\
loss_trained_worst,loss_interpolated" "2 10")

# Fewer sizes and steps go on as if they had never ended, and without --resume they are not thrown away.
set(of_one_size --sizes 2 --batch 64 --seed 3 --seeds 2 --eval-every 500 --quiet)
expect_success(${of_one_size} --steps 500 --out prolonged)
expect_success(${of_one_size} --steps 1000 --resume --out prolonged)
expect_refusal("sizes = [2], whose results would be lost with sizes = [2,10]: add --resume to go on" ${settings} --out prolonged)
file(REMOVE "${WORK}/prolonged/run.json")  # as if killed before it
expect_refusal("holds the checkpoints of 1 of 2 models: add --resume" ${settings} --out prolonged)
expect_refusal("batch = 64, which cannot be resumed with batch = 65"
    --sizes 2 --batch 65 --seed 3 --eval-every 500 --resume --out prolonged)
expect_resumption(prolonged)
expect_output_without("N = d = 2, seed")

# With --resume, too, no size that is finished is left out.
foreach(sizes 2 10 2,5)
    expect_refusal("'prolonged/run.json' is of a finished run with sizes = [2,10], whose results would be lost with sizes = [${sizes}]: \
choose another --out, or remove the directory 'prolonged'"
        --sizes ${sizes} --steps 1000 --batch 64 --seed 3 --seeds 2 --eval-every 500 --resume --out prolonged)
    expect_results(prolonged)
    expect_same(whole prolonged)
endforeach()

expect_interruption("1000 of N = d = 10")
expect_output_without("N = d = 2, seed")
