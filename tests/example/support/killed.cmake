# A run that is killed outright (SIGKILL) again and again, and each time resumed, comes to the bits of one that was left in
# peace; and at no moment is there a half-written file under the name of a result.
#
# INCONTEXT_KILLS in the environment says how often, INCONTEXT_KILL_SEED when. The including script says what it runs:
# checkpoints, tables, figures, settings.

if(NOT DEFINED kills)
    set(kills 5)
endif()
if(DEFINED ENV{INCONTEXT_KILLS})
    set(kills $ENV{INCONTEXT_KILLS})
endif()
set(seed 1)
if(DEFINED ENV{INCONTEXT_KILL_SEED})
    set(seed $ENV{INCONTEXT_KILL_SEED})
endif()
string(RANDOM LENGTH 1 RANDOM_SEED ${seed} nothing)

# What a killed run has left: results are whole, and beside them is only what the next run removes.
function(expect_no_half_written)
    file(GLOB found RELATIVE "${WORK}/killed" "${WORK}/killed/*" "${WORK}/killed/.*")
    list(REMOVE_ITEM found "." "..")
    foreach(name IN LISTS found)
        if(name IN_LIST tables AND NOT name STREQUAL "run.json" OR name IN_LIST figures)
            execute_process(
                COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/killed/${name}" "${WORK}/whole/${name}"
                RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
            if(differs)
                message(SEND_ERROR "${name} of a killed run should be whole or not there: see ${WORK}")
            endif()
        elseif(name STREQUAL "run.json" OR name IN_LIST checkpoints)
            file(READ "${WORK}/killed/${name}" json)
            if(NOT json MATCHES "^{.*\n}\n$")
                message(SEND_ERROR "${name} of a killed run should be whole or not there: see ${WORK}")
            endif()
        elseif(NOT name MATCHES "^\\.(lock|writable|.+\\.[0-9]+\\.tmp)$")
            message(SEND_ERROR "a killed run should not leave '${name}'")
        endif()
    endforeach()
endfunction()

string(TIMESTAMP begin "%s%f")
expect_success(${settings} --threads 1 --quiet --checkpoint-every 0 --out whole)
string(TIMESTAMP end "%s%f")
math(EXPR milliseconds "(${end} - ${begin}) / 1000 + 1")
expect_results(whole)

set(killed 0)
set(with_checkpoint 0)
set(finished 0)
while(killed LESS kills)
    set(resume "")
    foreach(name IN LISTS checkpoints)
        if(EXISTS "${WORK}/killed/${name}")
            set(resume --resume)
        endif()
    endforeach()
    string(RANDOM LENGTH 6 ALPHABET 0123456789 random)
    math(EXPR after "1${random} % ${milliseconds}")
    math(EXPR seconds "${after} / 1000")
    math(EXPR fraction "1000 + ${after} % 1000")
    string(SUBSTRING ${fraction} 1 3 fraction)
    # Not by TIMEOUT of execute_process, which leaves the process running (CMake 3.31). Without --preserve-status a run that ends as it is killed
    # is a 124.
    execute_process(
        COMMAND timeout --foreground --preserve-status -s KILL ${seconds}.${fraction}
            "${PROGRAM}" ${settings} --threads 2 --quiet --checkpoint-every 0 ${resume} --out killed
        WORKING_DIRECTORY "${WORK}"
        RESULT_VARIABLE exit_code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
    set(command "${program} ${resume}, to be killed after ${after} ms")
    if(exit_code STREQUAL "0")
        expect_results(killed)
        expect_same(whole killed)
        file(REMOVE_RECURSE "${WORK}/killed")
        math(EXPR finished "${finished} + 1")
        math(EXPR many "4 * ${kills}")  # with a second core, and resumed, it often ends before
        if(finished GREATER 20 AND finished GREATER many)
            message(FATAL_ERROR "it should be killed before it ends, at least now and then")
        endif()
    elseif(exit_code EQUAL 137)  # 128 + SIGKILL
        math(EXPR killed "${killed} + 1")
        file(GLOB stored "${WORK}/killed/checkpoint*.json")
        if(stored)
            math(EXPR with_checkpoint "${with_checkpoint} + 1")
        endif()
        expect_no_half_written()
    else()
        failed("a killed run should be resumed")
        break()
    endif()
endwhile()

set(resume "")
foreach(name IN LISTS checkpoints)
    if(EXISTS "${WORK}/killed/${name}")
        set(resume --resume)
    endif()
endforeach()
expect_success(${settings} --threads 1 --quiet --checkpoint-every 0 ${resume} --out killed)
expect_results(killed)
expect_same(whole killed)
foreach(name IN LISTS figures)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/killed/${name}" "${WORK}/whole/${name}"
        RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
    if(differs)
        message(SEND_ERROR "${name} of the resumed run and of the whole one should be the same: see ${WORK}")
    endif()
endforeach()
message(STATUS "killed ${killed} times, ${with_checkpoint} with a checkpoint; ${finished} times it ended before")
if(kills GREATER 20 AND with_checkpoint LESS 10)
    message(SEND_ERROR "of ${kills} kills ten should come when there is a checkpoint")
endif()
