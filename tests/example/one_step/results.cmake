# A short run leaves its files whole, and what stands in them fits together.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv larger_inputs.csv run.json weights.json weights.safetensors)
set(figures alignment.svg larger_inputs.svg loss.svg weights.svg)

expect_success(--steps 40 --batch 64 --seed 3 --seeds 2 --eval-every 10 --threads 1 --out runs/short)
expect_files("" runs)
expect_files(runs short)
expect_results(runs/short)

# Progress per seed, then the summary: the exact optimum beside the scanned and the trained loss.
expect_output(" per seed on 1 thread, everything" "seed 3   step 40/40  100 %" "seed 4   step 40/40  100 %" "0.206229" "245/1188 at 200/33" "0.204689" "6.0010"
    "trained layer" "cosine of sensitivities" "mean +- standard deviation over 2 seeds" "1 thread" "The trained layer is not yet a step of gradient descent" "Open runs/short/loss.svg")

# -------------------------------------------------------------------------------------------------------- run.json ----

read_json(runs/short/run.json)
expect_value(one_step program)
expect_match("^20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z$" date)  # in UTC
foreach(key version compiler flags build_type)
    expect_match("." ${key})
endforeach()
expect_match("." hardware cpu)
expect_number(1 100000 hardware threads)

set(parameters steps 40 batch 64 seed 3 seeds 2 eval_every 10 threads 1 out runs/short quiet OFF)
while(parameters)
    list(POP_FRONT parameters key value)
    expect_value(${value} parameters ${key})
endwhile()

# Known beforehand: 245/1188, 200/33, and the loss of one gradient step that the reference prints.
expect_number(0.206228956 0.206228957 loss_exact)
expect_number(6.060606060 6.060606061 learning_rate_exact)
expect_number(0.2046878 0.2046898 loss_scan)
expect_number(6.000999 6.001001 learning_rate_scan)

# Of a layer that has barely begun to learn: the untrained one predicts 0, whose expected loss is 10/24. The
# interpolation divides by a trace that may still be near zero.
expect_number(0.3 0.5 loss_trained)
expect_number(0.2 1000 loss_interpolated)
expect_number(-1 1 cosine)
expect_number(0.5 5 sensitivity_difference)
expect_number(0.1 1 prediction_difference)
expect_number(0 300 seconds_training)
json(seconds_training seconds_training)
expect_number(${seconds_training} 300 seconds_total)

set(measured loss_trained loss_interpolated cosine sensitivity_difference prediction_difference)
foreach(name IN LISTS measured ITEMS seconds_training)
    expect_mean(${name})
    expect_number(0 1000 standard_deviations ${name})
endforeach()

# ---------------------------------------------------------------------------------------------------------- tables ----

expect_table(runs/short/curves.csv
    "seed,step,loss_trained,loss_interpolated,cosine,sensitivity_difference,prediction_difference" "3 4" "0 10 20 30 40")
foreach(run 0 1)
    math(EXPR seed "3 + ${run}")
    foreach(name IN LISTS measured)  # the last row of a run is what run.json says of it
        cell(in_table "${seed},40" ${name})
        json(in_record runs ${name} ${run})
        expect_near("${name} of seed ${seed} in curves.csv and in run.json" ${in_table} ${in_record} 2)
    endforeach()
endforeach()

expect_table(runs/short/larger_inputs.csv "factor,loss_gradient_descent,loss_trained,loss_interpolated"
    "0.5 0.6 0.7 0.8 0.9 1 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9 2")
cell(gradient_descent 1 loss_gradient_descent)  # at factor 1 the tasks are those of run.json
json(loss_scan loss_scan)
expect_near("the loss of gradient descent in larger_inputs.csv and in run.json" ${gradient_descent} ${loss_scan} 2)
cell(trained 1 loss_trained)
json(loss_trained runs loss_trained 0)
expect_near("the trained loss in larger_inputs.csv and in run.json" ${trained} ${loss_trained} 2)

# --------------------------------------------------------------------------------------------------------- figures ----

expect_in_figure(runs/short/loss.svg "loss above that of one step of gradient descent (%)" "After 40 steps of training"
    "Shaded: mean ± one standard deviation over 2 seeds" "<polygon")
expect_in_figure(runs/short/alignment.svg "cosine of sensitivities")
expect_in_figure(runs/short/larger_inputs.svg "loss above that of one step of gradient descent (%)" "Seed 3.")
expect_in_figure(runs/short/weights.svg "trained: P W_V" "gradient descent: P W_V" "class=\"border\"" ">-.60<"
    "The trained weights are not yet those of one step of gradient descent: another entry comes to ")

# One seed has no deviation, so its figures have no band. The curves have a measurement every 25 steps, as they fall early.
expect_success(--steps 50 --batch 64 --quiet --threads 1 --out runs/one_seed)
expect_not_in_figure(runs/one_seed/loss.svg "standard deviation" "<polygon")
expect_not_in_figure(runs/one_seed/alignment.svg "standard deviation" "<polygon")
expect_table(runs/one_seed/curves.csv
    "seed,step,loss_trained,loss_interpolated,cosine,sensitivity_difference,prediction_difference" "0" "0 25 50")

# --------------------------------------------------------------------------------------------------------- weights ----

read_json(runs/short/weights.json)
expect_length(2)
foreach(seed "seed 3" "seed 4")
    foreach(projection query key value output)
        expect_length(11 "${seed}" ${projection})
        foreach(row RANGE 10)
            expect_length(11 "${seed}" ${projection} ${row})
            expect_number(-10 10 "${seed}" ${projection} ${row} 0)
            expect_number(-10 10 "${seed}" ${projection} ${row} 10)
        endforeach()
    endforeach()
endforeach()
