# What there is to find, in the setting where it shows most: the set is known by heart after 40 steps, the loss on other tasks
# falls for some more, and then it grows.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_success(--tasks 512 --batch 512 --rates 10 --steps 200 --quiet --out learned)

read_json(learned/run.json)
expect_value(ON found)
expect_value(OFF lasting)
expect_length(1 grid)
expect_value(512 found_in tasks)
expect_value(512 found_in batch)
expect_value(1 found_in seeds_found)
expect_value(0 found_in seeds_lasting)
expect_number(20 60 found_in step_by_heart)
expect_number(60 140 found_in step_least)
expect_number(0.27 0.32 found_in loss_least)
expect_number(0.15 0.26 found_in fall)
expect_number(0.34 0.5 found_in loss_trained)  # at the end
expect_number(0.08 0.13 found_in loss_set)

# Of several seeds the figure draws the means, and what its title, the summary and run.json tell is told of those; how many find it is
# told beside it.
expect_success(--tasks 512 --batch 512 --rates 10 --steps 200 --seeds 2 --out means)
read_json(means/run.json)
expect_value(2 found_in seeds_found)
json(lasting found_in seeds_lasting)
set(verdict "ate generalisation with 2 of 2 seeds, lasting with ${lasting}")
expect_output("means over 2 seeds; late generalisation is looked for in each" "   l${verdict}")
set(steps "0")
foreach(step RANGE 20 200 20)
    string(APPEND steps " ${step}")
endforeach()
expect_table(means/curves.csv "tasks,batch,learning_rate,seed,step,loss_set,loss_trained" "512" "512" "0.01" "0 1" "${steps}")
foreach(at by_heart least)
    json(step found_in step_${at})
    string(REGEX REPLACE "\\.0*$" "" step "${step}")
    cell(first "512,512,0.01,0,${step}" loss_trained)
    cell(second "512,512,0.01,1,${step}" loss_trained)
    json(both found_in loss_${at})
    expect_zero("the loss on other tasks that is told, and the mean of two seeds after ${step} steps" 4 2 ${both} -1 ${first} -1 ${second})
    if(first STREQUAL second)
        message(SEND_ERROR "two seeds should differ")
    endif()
    in_billionths(billionths ${both})
    math(EXPR ${at} "(${billionths} + 5000000) / 10000000")  # in hundredths
endforeach()
expect_in_figure(means/loss.svg "L${verdict}: 512 tasks, batch 512, rate .010; the mean loss on other tasks is 0.${by_heart} when \
the set is known by heart, then 0.${least} at least")
