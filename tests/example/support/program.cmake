# What the scripts of all programs share. Each runs as
#
#     cmake -D PROGRAM=<the program> -D WORK=<a directory of its own> -P <script>
#
# and reports every failed expectation before it ends. A script says which files a finished run leaves: `checkpoints`,
# `tables` and `figures`; and `settings`, the options of the run in the directory whole.

cmake_minimum_required(VERSION 3.25)
foreach(argument PROGRAM WORK)
    if(NOT DEFINED ${argument})
        message(FATAL_ERROR "-D ${argument}=... is missing")
    endif()
endforeach()
cmake_path(GET PROGRAM STEM program)
set(support "${CMAKE_CURRENT_LIST_DIR}")

# Everything below runs in WORK, which starts empty. It may be the current directory, so it is not removed itself.
file(MAKE_DIRECTORY "${WORK}")
file(GLOB left_by_the_last_run "${WORK}/*" "${WORK}/.*")
list(FILTER left_by_the_last_run EXCLUDE REGEX "/\\.\\.?$")
if(left_by_the_last_run)
    file(REMOVE_RECURSE ${left_by_the_last_run})
endif()

# ----------------------------------------------------------------------------------------------------- one command ----

# run(COMMAND...) -> exit_code, output, errors
macro(run)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${WORK}"
        RESULT_VARIABLE exit_code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
    string(JOIN " " command ${ARGN})
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
    if(NOT errors MATCHES "^${program}: [^\n]+\n$")
        failed("stderr should hold one sentence, in one line, that begins with '${program}: '")
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

# expect_output(TEXT...), expect_output_without(TEXT): what stdout holds (no patterns).
function(expect_output)
    foreach(text IN LISTS ARGN)
        string(FIND "${output}" "${text}" position)
        if(position EQUAL -1)
            failed("the output should say '${text}'")
        endif()
    endforeach()
endfunction()
function(expect_output_without text)
    string(FIND "${output}" "${text}" position)
    if(NOT position EQUAL -1)
        failed("the output should not say '${text}'")
    endif()
endfunction()

# expect_success(OPTION...) -> exit_code, output, errors
macro(expect_success)
    run("${PROGRAM}" ${ARGN})
    expect_exit_code(0)
    expect_nothing_on(errors)
    if("${command} " MATCHES " --quiet ")
        expect_nothing_on(output)
    endif()
endmacro()

# expect_refusal(SENTENCE_SAYS OPTION...): the command line asks for something impossible.
function(expect_refusal text)
    run("${PROGRAM}" ${ARGN})
    expect_exit_code(2)
    expect_one_sentence("${text}")
    expect_nothing_on(output)
endfunction()

# ----------------------------------------------------------------------------------------------------------- files ----

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

# expect_results(DIRECTORY): all that a finished run leaves, and each figure is a whole one that says what it shows.
function(expect_results directory)
    expect_files("${directory}" ${checkpoints} ${tables} ${figures})
    foreach(figure IN LISTS figures)
        file(READ "${WORK}/${directory}/${figure}" svg)
        if(NOT svg MATCHES "^<svg [^>]*role=\"img\".*<title[^>]*>[^<]+</title>\n<desc[^>]*>[^<]+</desc>.*</svg>\n$" OR svg MATCHES "\"[^\"]*(nan|inf)[^\"]*\"")
            message(SEND_ERROR "${figure} should be a whole SVG, all of whose places are numbers")
        endif()
    endforeach()
endfunction()

# expect_in_figure(FILE TEXT...), expect_not_in_figure(FILE TEXT...): what a figure holds (no patterns).
function(expect_in_figure file)
    file(READ "${WORK}/${file}" svg)
    foreach(text IN LISTS ARGN)
        string(FIND "${svg}" "${text}" position)
        if(position EQUAL -1)
            message(SEND_ERROR "${file} should hold '${text}'")
        endif()
    endforeach()
endfunction()
function(expect_not_in_figure file)
    file(READ "${WORK}/${file}" svg)
    foreach(text IN LISTS ARGN)
        string(FIND "${svg}" "${text}" position)
        if(NOT position EQUAL -1)
            message(SEND_ERROR "${file} should not hold '${text}'")
        endif()
    endforeach()
endfunction()

# expect_same(DIRECTORY OTHER), expect_different(DIRECTORY OTHER): the bits of every table; run.json tells times.
function(compare expected expectation directory other)
    foreach(name IN LISTS tables)
        execute_process(
            COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/${directory}/${name}" "${WORK}/${other}/${name}"
            RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
        if(NOT name STREQUAL "run.json" AND NOT differs EQUAL expected)
            message(SEND_ERROR "${name} in ${directory} and in ${other} should ${expectation}: see ${WORK}")
        endif()
    endforeach()
endfunction()
macro(expect_same directory other)
    compare(0 "be the same" ${directory} ${other})
endmacro()
macro(expect_different directory other)
    compare(1 "differ" ${directory} ${other})
endmacro()

# ----------------------------------------------------------------------------------------- interrupted and resumed ----

# expect_whole_run() -> output: the run with the settings, in the directory whole.
macro(expect_whole_run)
    expect_success(${settings} --threads 1 --out whole)
    expect_files("" whole)
    expect_results(whole)
endmacro()

# expect_resumption(DIRECTORY) -> output: the run there, resumed with the settings, comes to the same bits as the whole
# run, whatever the number of threads.
macro(expect_resumption directory)
    expect_success(${settings} --threads 2 --resume --out ${directory})
    expect_results(${directory})
    expect_same(whole ${directory})
endmacro()

# expect_interruption(WHERE) -> output: the run with the settings, ended by TERM as soon as it has all its checkpoints,
# says that it was "interrupted after step <number> of WHERE", loses nothing, and can be resumed.
function(expect_interruption where)
    find_program(SHELL sh NO_CACHE)
    if(NOT SHELL)
        message(NOTICE "skipped: an interruption, because there is no sh")
        set(output "" PARENT_SCOPE)
        return()
    endif()
    list(GET checkpoints -1 last)
    foreach(attempt RANGE 4)  # on a machine with other work the program may be done before the signal comes
        file(REMOVE_RECURSE "${WORK}/interrupted")
        run("${SHELL}" "${support}/interrupt.sh" "interrupted/${last}"
            "${PROGRAM}" ${settings} --threads 1 --quiet --out interrupted)
        if(NOT exit_code STREQUAL "0")
            break()
        endif()
    endforeach()
    expect_exit_code(130)
    expect_one_sentence("with --resume goes on from 'interrupted/${last}'")
    if(NOT errors MATCHES ": interrupted after step [0-9]+ of ${where} ")
        failed("it should say where it was interrupted: after a step of ${where}")
    endif()
    expect_nothing_on(output)
    expect_files(interrupted ${checkpoints})

    # Without --resume the work that was done is not thrown away.
    expect_refusal("add --resume" ${settings} --out interrupted)
    expect_files(interrupted ${checkpoints})
    expect_resumption(interrupted)
    set(output "${output}" PARENT_SCOPE)
endfunction()

# --------------------------------------------------------------------------------------------------------- numbers ----

# read_json(FILE) -> record
macro(read_json file)
    file(READ "${WORK}/${file}" record)
endmacro()

# json(VARIABLE KEY...): the value under a path of keys of the record.
macro(json variable)
    string(JSON ${variable} ERROR_VARIABLE json_error GET "${record}" ${ARGN})
    if(json_error)
        message(SEND_ERROR "the record should hold [${ARGN}]: ${json_error}")
    endif()
endmacro()

# expect_value(EXPECTED KEY...)
function(expect_value expected)
    json(actual ${ARGN})
    if(NOT actual STREQUAL expected)
        message(SEND_ERROR "[${ARGN}] should be '${expected}', but is '${actual}'")
    endif()
endfunction()

# expect_match(PATTERN KEY...)
function(expect_match pattern)
    json(actual ${ARGN})
    if(NOT actual MATCHES "${pattern}")
        message(SEND_ERROR "[${ARGN}] should match '${pattern}', but is '${actual}'")
    endif()
endfunction()

# expect_number(LEAST GREATEST KEY...): both ends included.
function(expect_number least greatest)
    json(actual ${ARGN})
    expect_between("[${ARGN}]" "${actual}" "${least}" "${greatest}")
endfunction()

# expect_length(EXPECTED KEY...): of an array or object of the record.
function(expect_length expected)
    string(JSON actual ERROR_VARIABLE json_error LENGTH "${record}" ${ARGN})
    if(NOT actual STREQUAL expected)
        message(SEND_ERROR "[${ARGN}] should hold ${expected}, but holds ${actual}")
    endif()
endfunction()

# expect_table(FILE COLUMNS VALUES...) -> columns, rows
#
# A row for every combination of the VALUES of the first columns, each a list with blanks, the last changing fastest; in
# every row as many numbers as there are columns. Without VALUES, one row or more, of any beginning.
function(expect_table file header)
    set(beginnings "")
    foreach(values IN LISTS ARGN)
        string(REPLACE " " ";" values "${values}")
        set(longer "")
        foreach(beginning IN LISTS beginnings)
            list(TRANSFORM values PREPEND "${beginning}," OUTPUT_VARIABLE with_values)
            list(APPEND longer ${with_values})
        endforeach()
        if(beginnings STREQUAL "")
            set(longer ${values})
        endif()
        set(beginnings ${longer})
    endforeach()

    file(STRINGS "${WORK}/${file}" rows)
    list(POP_FRONT rows actual_header)
    if(NOT actual_header STREQUAL header)
        message(SEND_ERROR "${file} should begin with '${header}', but begins with '${actual_header}'")
    endif()
    if("${rows}" STREQUAL "")
        message(SEND_ERROR "${file} should have rows, and has none")
    endif()
    string(REPLACE "," ";" columns "${header}")
    string(REGEX REPLACE "[^,]+" "[^,]+" any_row "${header}")
    set(anything "-?([0-9.]+(e[-+]?[0-9]+)?|inf)|nan")
    if(NOT ARGN)
        list(TRANSFORM rows REPLACE ",.*" "" OUTPUT_VARIABLE beginnings)
    endif()
    foreach(beginning row IN ZIP_LISTS beginnings rows)
        if(NOT row MATCHES "^${beginning}," OR NOT row MATCHES "^${any_row}$"
           OR NOT row MATCHES "^((${anything})(,|$))+$")
            message(SEND_ERROR "${file} should have numbers in [${header}] that begin with '${beginning}' here: '${row}'")
            break()
        endif()
    endforeach()
    set(columns "${columns}" PARENT_SCOPE)
    set(rows "${rows}" PARENT_SCOPE)
endfunction()

# cell(VARIABLE BEGINNING COLUMN): of the row that begins so in the last table.
function(cell variable beginning column)
    list(FIND columns ${column} position)
    foreach(row IN LISTS rows)
        if(row MATCHES "^${beginning}," AND position GREATER_EQUAL 0)
            string(REPLACE "," ";" row "${row}")
            list(GET row ${position} found)
            set(${variable} ${found} PARENT_SCOPE)
            return()
        endif()
    endforeach()
    message(SEND_ERROR "there should be a row '${beginning},...' with a column ${column}")
    set(${variable} nan PARENT_SCOPE)
endfunction()

# expect_between(NAME NUMBER LEAST GREATEST): both ends included.
function(expect_between name number least greatest)
    if(NOT number MATCHES "^-?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?$")
        message(SEND_ERROR "${name} should be a number, but is '${number}'")
    elseif(NOT (number GREATER_EQUAL least AND number LESS_EQUAL greatest))
        message(SEND_ERROR "${name} should be from ${least} to ${greatest}, but is ${number}")
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

# expect_zero(WHAT TOLERANCE [COEFFICIENT NUMBER]...): the sum of whole multiples, within so many billionths.
function(expect_zero what tolerance)
    set(terms ${ARGN})
    set(sum 0)
    while(terms)
        list(POP_FRONT terms coefficient number)
        in_billionths(billionths "${number}")
        math(EXPR sum "${sum} + (${coefficient}) * (${billionths})")
    endwhile()
    if(sum GREATER tolerance OR sum LESS -${tolerance})
        list(JOIN ARGN " " terms)
        message(SEND_ERROR "${what}: ${sum}e-9, and not within ${tolerance}e-9 of zero, is the sum of [${terms}]")
    endif()
endfunction()

# expect_near(WHAT A B TOLERANCE): two numbers differ by no more than so many billionths.
function(expect_near what a b tolerance)
    expect_zero("${what}" ${tolerance} 1 ${a} -1 ${b})
endfunction()

# expect_mean(NAME KEY...): in the object under these keys, the number is the mean of those of two runs.
function(expect_mean name)
    json(mean ${ARGN} ${name})
    json(first ${ARGN} runs ${name} 0)
    json(second ${ARGN} runs ${name} 1)
    expect_zero("${name} as the mean of two runs" 4 2 ${mean} -1 ${first} -1 ${second})
endfunction()
