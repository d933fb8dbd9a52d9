# The gamma of two looped layers: what does not depend on the training is as known, a resumed run comes to the same bits,
# and a number of examples that is finished is not trained again.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

set(checkpoints checkpoint_10.json checkpoint_25.json)
set(tables condition_numbers.csv curves.csv run.json weights.json)
set(figures condition_number.svg gamma.svg)
set(settings --contexts 10,25 --steps 600 --batch 64 --seed 3 --seeds 2 --eval-every 300)

expect_refusal("--steps expects a whole number from 1 to" --steps 0)
foreach(list "11" "10," "10, 25" "010")
    expect_refusal("--contexts expects some of 10, 25, 50, 100" "--contexts=${list}")
endforeach()
expect_refusal("to resume" --resume --out nothing)
expect_files("")

expect_whole_run()
expect_output("10, 25 examples: about" "N = 10, seed 3   step 600/600  100 %" "N = 25, seed 4   step 600/600  100 %" "0.179"
    "0.099" "1 thread" "whole")

# What stays as large, or grows, is not lowered.
file(READ "${WORK}/whole/condition_number.svg" svg)
if(NOT svg MATCHES "γ (lowers|takes) the condition number from ([0-9.]+) to ([0-9.]+) at N = 10, and from ([0-9.]+) to ([0-9.]+) at N = 25<")
    message(SEND_ERROR "condition_number.svg should say what a step with the trained gamma does")
else()
    set(verb ${CMAKE_MATCH_1})
    set(right takes)
    if(CMAKE_MATCH_3 LESS CMAKE_MATCH_2 AND CMAKE_MATCH_5 LESS CMAKE_MATCH_4)
        set(right lowers)
    endif()
    if(NOT verb STREQUAL right)
        message(SEND_ERROR "condition_number.svg should say '${right}', and not '${verb}'")
    endif()
endif()

# The fitted gammas come close to the paper's, which were read off trained layers, and a step with them leaves smaller
# condition numbers; a layer that has barely begun to learn has none to speak of.
read_json(whole/run.json)
expect_value(spectrum program)
expect_length(2 setting context)
expect_length(2 contexts)
expect_value(10 contexts 0 context)
expect_number(0.179 0.179 contexts 0 gamma_paper)
expect_number(0.174 0.176 contexts 0 gamma_fitted)
expect_number(13.3 13.5 contexts 0 learning_rate_fitted)
expect_number(0.1117 0.1121 contexts 0 loss_gdpp)
expect_number(0.15463 0.15483 contexts 0 loss_gd)
expect_number(880 895 contexts 0 condition_number_before)
expect_value(25 contexts 1 context)
expect_number(0.099 0.099 contexts 1 gamma_paper)
expect_number(0.0986 0.1006 contexts 1 gamma_fitted)
expect_number(10.5 10.6 contexts 1 condition_number_before)
foreach(index 0 1)
    expect_number(-0.1 0.1 contexts ${index} gamma_trained)
    expect_mean(gamma_trained contexts ${index})
    json(before contexts ${index} condition_number_before)
    expect_number(1 ${before} contexts ${index} condition_number_after_fitted)
    json(fitted contexts ${index} condition_number_after_fitted)
    expect_number(1 ${fitted} contexts ${index} condition_number_after_best)
    json(loss_gd contexts ${index} loss_gd)
    expect_number(0 ${loss_gd} contexts ${index} loss_gdpp)
    json(loss_gdpp contexts ${index} loss_gdpp)
    expect_number(${loss_gdpp} 0.5 contexts ${index} loss_trained)
endforeach()

# Without a step the condition numbers are those of the contexts as drawn.
expect_table(whole/condition_numbers.csv "gamma,condition_number_10,condition_number_25")
list(LENGTH rows count)
expect_between("the number of gammas" ${count} 201 201)
foreach(index 0 1)
    json(context contexts ${index} context)
    cell(in_table 0 condition_number_${context})
    json(in_record contexts ${index} condition_number_before)
    expect_near("the condition number as drawn" ${in_table} ${in_record} 2)
endforeach()

expect_table(whole/curves.csv "context,seed,step,loss_trained,gamma,learning_rate" "10 25" "3 4" "0 300 600")

# With --resume, too, no number of examples that is finished is left out.
expect_refusal("contexts = [10,25], whose results would be lost with contexts = [25]: choose another --out"
    --contexts 25 --steps 600 --batch 64 --seed 3 --seeds 2 --eval-every 300 --resume --out whole)

expect_interruption("600 of N = 25")
expect_output_without("N = 10, seed")
