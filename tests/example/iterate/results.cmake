# The trained layer, iterated: gradient descent's numbers are the known ones, and a resumed run comes to the same bits.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint.json)
set(tables curves.csv run.json)
set(figures applications.svg contexts.svg difference.svg)
set(settings --steps 1000 --batch 256 --seed 3 --seeds 2 --eval-every 500)

expect_refusal("--steps expects a whole number from 1 to" --steps 0)
expect_refusal("--checkpoint-every expects a whole number from 0 to" --checkpoint-every -1)
expect_refusal("'--layers'" --layers 2)
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_whole_run()
expect_output(" per seed on 1 thread, everything" "seed 4   step 1000/1000  100 %" "gradient descent" "trained layer" "falls all along" "diverges"
    "contracts on 10000 of 10000 contexts" "1 thread" "whole")

read_json(whole/run.json)
expect_value(iterate program)
expect_value(50 applications)
expect_number(6.000999 6.001001 learning_rate_scan)
expect_number(0.2 0.25 loss_one_application)

# Gradient descent does not depend on the training: its rate lambda eta, where it contracts, where it ends. The counts may
# move by a context or two with the last bits of the draws.
#   lambda, falls all along, diverges | contexts where it contracts | largest lambda eta lambda_max / N, least, greatest
set(i 0)
foreach(row
        "1 OFF ON 9697 9705 2.634 2.637" "0.875 OFF ON 9974 9978 2.305 2.307" "0.75 ON OFF 10000 10000 1.975 1.978")
    separate_arguments(row)
    list(POP_FRONT row lambda falls diverges fewest most least greatest)
    expect_number(${lambda} ${lambda} dampings ${i} lambda)
    foreach(model gd trained)
        expect_value(${falls} dampings ${i} falls_all_along_${model})
        expect_value(${diverges} dampings ${i} diverges_${model})
    endforeach()
    expect_number(${fewest} ${most} dampings ${i} contexts contracting)
    expect_number(${least} ${greatest} dampings ${i} contexts largest)
    expect_number(9990 10000 dampings ${i} contexts agreeing)
    expect_number(0.4098 0.4099 dampings ${i} loss_gd 0)  # of predicting 0
    expect_number(0.4098 0.4099 dampings ${i} runs loss_trained 1 0)
    math(EXPR i "${i} + 1")
endforeach()
expect_number(0.2046878 0.2046898 dampings 0 loss_gd 1)
expect_number(0.04374 0.04377 dampings 2 loss_gd 50)
# With the default training it is within 10 %; here the layer has seen a fortieth of the tasks.
expect_number(0 0.2 dampings 2 largest_difference_trained)

set(applications 0)
foreach(k RANGE 1 50)
    string(APPEND applications " ${k}")
endforeach()
expect_table(whole/curves.csv "lambda,applications,loss_gd,loss_trained,loss_trained_deviation,loss_interpolated,\
loss_attending_by_x,loss_trained_seed_3,loss_trained_seed_4" "1 0.875 0.75" "${applications}")
if(rows MATCHES "nan")
    message(SEND_ERROR "a loss in curves.csv is a number or infinite, not nan")
endif()

# A run goes on as what it was.
expect_refusal("batch = 256, which cannot be resumed with batch = 64"
    --steps 1000 --batch 64 --seed 3 --seeds 2 --eval-every 500 --resume --out whole)

expect_interruption(1000)
