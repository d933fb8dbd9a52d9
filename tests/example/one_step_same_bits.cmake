# The same seed gives the same bits for any number of threads.
include("${CMAKE_CURRENT_LIST_DIR}/support/one_step.cmake")

# 1000 tasks are 62 packs of 16 and half a pack, in 16 chunks of unequal length.
function(train directory seed threads)
    run_one_step(--steps 30 --batch 1000 --eval-every 10 --seed ${seed} --threads ${threads} --quiet --out ${directory})
    expect_exit_code(0)
    expect_nothing_on(output)
    expect_files(${directory} ${results})
endfunction()

# compare(DIRECTORY FILE) -> differs
macro(compare directory name)
    execute_process(
        COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/one_thread/${name}" "${WORK}/${directory}/${name}"
        RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
endmacro()

train(one_thread 7 1)
train(two_threads 7 2)
train(five_threads 7 5)  # more than the machine may have
train(other_seed 8 2)
foreach(name curves.csv larger_inputs.csv weights.json)
    foreach(threads two five)
        compare(${threads}_threads ${name})
        if(differs)
            message(SEND_ERROR "${name} should not depend on the number of threads: see ${WORK}")
        endif()
    endforeach()
    compare(other_seed ${name})
    if(NOT differs)
        message(SEND_ERROR "${name} should depend on the seed")
    endif()
endforeach()
