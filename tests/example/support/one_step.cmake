# What the scripts beside this folder share. They run as
#
#     cmake -D ONE_STEP=<the program> -D WORK=<a directory of their own> -P <script>
#
# and report every failed expectation before they end.

foreach(argument ONE_STEP WORK)
    if(NOT DEFINED ${argument})
        message(FATAL_ERROR "-D ${argument}=... is missing")
    endif()
endforeach()

# Everything below runs in WORK, which starts empty. It may be the current directory, so it is not removed itself.
file(MAKE_DIRECTORY "${WORK}")
file(GLOB left_by_the_last_run "${WORK}/*" "${WORK}/.*")
list(FILTER left_by_the_last_run EXCLUDE REGEX "/\\.\\.?$")
if(left_by_the_last_run)
    file(REMOVE_RECURSE ${left_by_the_last_run})
endif()

# run(COMMAND...) -> exit_code, output, errors
macro(run)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${WORK}"
        RESULT_VARIABLE exit_code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
    string(JOIN " " command ${ARGN})
endmacro()

# run_one_step(OPTION...) -> exit_code, output, errors
macro(run_one_step)
    run("${ONE_STEP}" ${ARGN})
endmacro()

# failed(WHAT): the last command did not do what it should; shows what it did.
function(failed what)
    message(SEND_ERROR "${what}\n  command:    ${command}\n  exit code:  ${exit_code}\n  on stdout:  ${output}\n"
        "  on stderr:  ${errors}")
endfunction()

function(expect_exit_code expected)
    if(NOT exit_code STREQUAL expected)
        failed("the exit code should be ${expected}")
    endif()
endfunction()

# Exactly one line on stderr that starts with the program's name and holds the text (not a pattern).
function(expect_one_sentence text)
    if(NOT errors MATCHES "^one_step: [^\n]+\n$")
        failed("stderr should hold one sentence, in one line, that begins with 'one_step: '")
    endif()
    string(FIND "${errors}" "${text}" position)
    if(position EQUAL -1)
        failed("the sentence should say '${text}'")
    endif()
endfunction()

function(expect_nothing_on stream)
    if(NOT "${${stream}}" STREQUAL "")
        failed("nothing should be written to its ${stream}")
    endif()
endfunction()

# expect_files(DIRECTORY NAME...): these are in the directory of that name below WORK, and nothing else: no temporaries.
function(expect_files directory)
    file(GLOB found RELATIVE "${WORK}/${directory}" "${WORK}/${directory}/*" "${WORK}/${directory}/.*")
    list(REMOVE_ITEM found "." "..")
    set(expected ${ARGN})
    list(SORT found)
    list(SORT expected)
    if(NOT "${found}" STREQUAL "${expected}")
        failed("'${directory}' should hold [${expected}], but holds [${found}]")
    endif()
endfunction()

# What a run leaves, sorted; the figures where gnuplot can draw them.
find_program(GNUPLOT gnuplot NO_CACHE)
set(tables curves.csv larger_inputs.csv run.json weights.json)
set(figures alignment.svg larger_inputs.svg loss.svg weights.svg)
set(results ${tables})
if(GNUPLOT)
    list(APPEND results ${figures})
endif()

# --------------------------------------------------------------------------------------------------------- numbers ----

# json(VARIABLE KEY...): the value under a key (or a path of keys) of the JSON text in ${record}.
macro(json variable)
    string(JSON ${variable} ERROR_VARIABLE json_error GET "${record}" ${ARGN})
    if(json_error)
        message(SEND_ERROR "run.json should hold [${ARGN}]: ${json_error}")
    endif()
endmacro()

# expect_between(NAME LEAST GREATEST): the number in the variable NAME, both ends included.
function(expect_between name least greatest)
    if(NOT "${${name}}" MATCHES "^-?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?$")
        message(SEND_ERROR "${name} should be a number, but is '${${name}}'")
    elseif(NOT ("${${name}}" GREATER_EQUAL "${least}" AND "${${name}}" LESS_EQUAL "${greatest}"))
        message(SEND_ERROR "${name} should be from ${least} to ${greatest}, but is ${${name}}")
    endif()
endfunction()

# in_billionths(VARIABLE NUMBER): a whole number for CMake's integer arithmetic, cut after nine decimals.
function(in_billionths variable number)
    if(NOT number MATCHES "^(-?)([0-9]+)(\\.([0-9]+))?(e(-?)\\+?0*([0-9]+))?$")
        message(SEND_ERROR "'${number}' should be a number")
        set(${variable} 0 PARENT_SCOPE)
        return()
    endif()
    set(sign "${CMAKE_MATCH_1}")
    set(whole "${CMAKE_MATCH_2}")
    set(decimals "${CMAKE_MATCH_4}")
    set(exponent "${CMAKE_MATCH_6}${CMAKE_MATCH_7}")
    if(exponent STREQUAL "" OR exponent STREQUAL "-")
        set(exponent 0)
    endif()
    # number = whole decimals * 10^(exponent - count of decimals); wanted are the digits above 10^-9.
    string(LENGTH "${decimals}" count)
    math(EXPR shift "9 + (${exponent}) - ${count}")
    set(digits "${whole}${decimals}")
    if(shift GREATER 0)
        string(REPEAT "0" ${shift} zeros)
        string(APPEND digits "${zeros}")
    elseif(shift LESS 0)
        string(LENGTH "${digits}" length)
        math(EXPR kept "${length} + (${shift})")
        if(kept GREATER 0)
            string(SUBSTRING "${digits}" 0 ${kept} digits)
        else()
            set(digits 0)
        endif()
    endif()
    string(REGEX MATCH "^0*([0-9]+)$" digits "${digits}")  # without leading zeros, which would mean octal elsewhere
    math(EXPR result "${sign}${CMAKE_MATCH_1}")
    set(${variable} ${result} PARENT_SCOPE)
endfunction()

# expect_near(WHAT A B TOLERANCE): two numbers differ by no more than so many billionths.
function(expect_near what a b tolerance)
    in_billionths(first "${a}")
    in_billionths(second "${b}")
    math(EXPR difference "${first} - ${second}")
    if(difference GREATER tolerance OR difference LESS -${tolerance})
        message(SEND_ERROR "${what}: ${a} and ${b} should differ by at most ${tolerance}e-9")
    endif()
endfunction()
