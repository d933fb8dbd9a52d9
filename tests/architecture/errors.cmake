# Holds docs/errors.md, the catalogue of errors, to the sources:
#
#     - every sentence of a static_assert, and every message that is thrown, in include/ stands there, to the letter;
#     - every sentence and message that stands there is one of include/;
#     - every sentence has a case in tests/compile_fail, and every case is named there;
#     - the code between <!-- tests/compile_fail/NAME.cpp --> and <!-- end --> is what the case says today.
#
#     cmake -D SOURCE=directory [-D UPDATE=ON] [-D "UPDATE_COMMAND=..."] -P errors.cmake
#
# UPDATE rewrites that code in place. The prose around it is written by hand.
cmake_policy(VERSION 3.25)

set(catalogue "${SOURCE}/docs/errors.md")
set(cases "tests/compile_fail")
file(READ "${catalogue}" text)

include("${CMAKE_CURRENT_LIST_DIR}/mistakes.cmake")

# CMake's lists end an element at a semicolon, and not within brackets: these stand for them while text is taken apart.
set(fence "```")
string(ASCII 1 semicolon)
string(ASCII 2 opening)
string(ASCII 3 closing)
string(ASCII 4 quote)

function(without_list_characters out text)
    string(REPLACE ";" "${semicolon}" text "${text}")
    string(REPLACE "[" "${opening}" text "${text}")
    string(REPLACE "]" "${closing}" text "${text}")
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(with_list_characters out text)
    string(REPLACE "${semicolon}" ";" text "${text}")
    string(REPLACE "${opening}" "[" text "${text}")
    string(REPLACE "${closing}" "]" text "${text}")
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Where a line ends is the affair of whoever wrote it.
function(in_one_line out text)
    string(REGEX REPLACE "[ \t\r\n]+" " " text "${text}")
    string(STRIP "${text}" text)
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

# ------------------------------------------------------------------------------- what the library can say ------------

set(sentences "")  # of static_asserts
set(messages "")   # parts of what is thrown, between the values that are put in
file(GLOB_RECURSE headers "${SOURCE}/include/*.hpp")
foreach(header IN LISTS headers)
    file(READ "${header}" code)
    without_list_characters(code "\n${code}")
    string(REGEX REPLACE "\n[ ]*//[^\n]*" "" code "${code}")
    string(REPLACE "\\\"" "${quote}" code "${code}")
    string(REGEX REPLACE "\"[ \n]+\"" "" code "${code}")  # adjacent literals are one

    string(REGEX MATCHALL "static_assert[(][^\"${semicolon}]*\"[^\"]*\"" asserts "${code}")
    list(TRANSFORM asserts REPLACE "^[^\"]*\"([^\"]*)\"$" "\\1")
    list(APPEND sentences ${asserts})

    # Up to the end of the statement; a semicolon within a literal is part of it.
    string(REGEX MATCHALL "(throw |runtime_error[(]|fail(_with|<[^>]*>)?[(])([^\"${semicolon}]|\"[^\"]*\")*" throws "${code}")
    foreach(thrown IN LISTS throws)
        string(REGEX MATCHALL "\"[^\"]*\"" literals "${thrown}")
        list(TRANSFORM literals REPLACE "\"" "")
        list(APPEND messages ${literals})
    endforeach()
endforeach()
list(JOIN messages "\n" all_literals)
list(FILTER messages INCLUDE REGEX "[a-z][a-z]+ |^ [a-z]+")  # neither quotes nor names
list(REMOVE_DUPLICATES sentences)
list(REMOVE_DUPLICATES messages)
if(NOT sentences OR NOT messages)
    message(FATAL_ERROR "no sentences in ${SOURCE}/include")
endif()

# ---------------------------------------------------------------------------------- what a case of compile_fail says ----

# is_in_a_sentence(OUT PART): whether PART is in one of the sentences.
function(is_in_a_sentence out part)
    set(${out} FALSE PARENT_SCOPE)
    foreach(sentence IN LISTS sentences)
        string(FIND "${sentence}" "${part}" position)
        if(NOT position EQUAL -1)
            set(${out} TRUE PARENT_SCOPE)
        endif()
    endforeach()
endfunction()

# shown(OUT NAME): what the catalogue shows of a case: its mistake, what the compilers print beside a sentence, and the
# code: "-" before the broken lines, "+" before those that replace them.
function(shown out name)
    file(READ "${SOURCE}/${cases}/${name}.cpp" code)
    without_list_characters(code "${code}")
    string(REPLACE "\n" ";" lines "${code}")
    set(mistake "")
    set(printed "")
    set(diff "")
    set(sign " ")
    set(in_code FALSE)
    foreach(line IN LISTS lines)
        if(NOT in_code)
            if(line MATCHES "^// SPDX|^//$|^// options when broken: ")
            elseif(line MATCHES "^// expected([^:]*): +(.*)$")
                set(compiler "${CMAKE_MATCH_1}")
                string(STRIP "${CMAKE_MATCH_2}" part)
                is_in_a_sentence(is_sentence "${part}")
                if(NOT is_sentence)
                    string(REPLACE "-gcc" "g++:     " compiler "${compiler}")
                    string(REPLACE "-clang" "clang++: " compiler "${compiler}")
                    string(APPEND printed "${compiler}${part}\n")
                endif()
            elseif(line MATCHES "^// (.*)$")
                string(APPEND mistake "${CMAKE_MATCH_1} ")
            else()
                set(in_code TRUE)
            endif()
        endif()
        if(NOT in_code)
        elseif(line STREQUAL "#ifdef BROKEN")
            set(sign "-")
        elseif(line STREQUAL "#ifndef BROKEN")
            set(sign "+")
        elseif(line STREQUAL "#else" AND sign STREQUAL "-")
            set(sign "+")
        elseif(line STREQUAL "#else")
            set(sign "-")
        elseif(line STREQUAL "#endif")
            set(sign " ")
        elseif(line STREQUAL "")
            string(APPEND diff "\n")
        else()
            string(APPEND diff "${sign}${line}\n")
        endif()
    endforeach()
    string(REGEX REPLACE "\n\n+$" "\n" diff "${diff}")
    string(STRIP "${mistake}" mistake)

    set(text "${mistake} ([${name}](../${cases}/${name}.cpp))\n")
    if(printed)
        string(APPEND text "The message holds:\n\n${fence}text\n${printed}${fence}\n")
    endif()
    string(APPEND text "\n${fence}diff\n${diff}${fence}\n")
    with_list_characters(text "${text}")
    set(${out} "${text}" PARENT_SCOPE)
endfunction()

# ----------------------------------------------------------------------------------------- the catalogue, made anew ----

set(prose "")  # what is written by hand
set(anew "")
set(begin_of_marker "<!-- ${cases}/")
set(end_marker "<!-- end -->")
set(rest "${text}")
while(TRUE)
    string(FIND "${rest}" "${begin_of_marker}" begin)
    if(begin EQUAL -1)
        break()
    endif()
    string(SUBSTRING "${rest}" 0 ${begin} before)
    string(SUBSTRING "${rest}" ${begin} -1 rest)
    string(REGEX MATCH "^<!-- ${cases}/([a-z0-9_]+)[.]cpp -->\n" marker "${rest}")
    set(name "${CMAKE_MATCH_1}")
    string(FIND "${rest}" "${end_marker}" end)
    if(NOT marker OR end EQUAL -1)
        message(FATAL_ERROR "docs/errors.md: '${begin_of_marker}NAME.cpp -->' and '${end_marker}' belong together")
    endif()
    if(NOT EXISTS "${SOURCE}/${cases}/${name}.cpp")
        message(FATAL_ERROR "docs/errors.md: there is no ${cases}/${name}.cpp")
    endif()
    string(SUBSTRING "${rest}" ${end} -1 rest)

    shown(code ${name})
    string(APPEND prose "${before}")
    string(APPEND anew "${before}${marker}${code}")
endwhile()
string(APPEND prose "${rest}")
string(APPEND anew "${rest}")

if(UPDATE)
    if(NOT anew STREQUAL text)
        file(WRITE "${catalogue}" "${anew}")
        message(STATUS "docs/errors.md is written anew")
    endif()
elseif(NOT anew STREQUAL text)
    mistake("docs/errors.md shows other code than ${cases}. Rewrite it: ${UPDATE_COMMAND}")
endif()

# -------------------------------------------------------------------------------- the prose, sentence by sentence ----

without_list_characters(prose "${prose}")
in_one_line(prose_in_one_line "${prose}")
foreach(sentence IN LISTS sentences messages)
    in_one_line(searched "${sentence}")
    string(FIND "${prose_in_one_line}" "${searched}" position)
    if(position EQUAL -1)
        with_list_characters(sentence "${sentence}")
        mistake("docs/errors.md does not have this sentence of include/:\n    ${sentence}")
    endif()
endforeach()

string(REGEX MATCHALL "\n${fence}text\n[^`]*\n${fence}" quoted "${prose}")
list(TRANSFORM quoted REPLACE "^\n${fence}text\n([^`]*)\n${fence}$" "\\1")
foreach(sentence IN LISTS quoted)
    in_one_line(sentence "${sentence}")
    if(NOT sentence IN_LIST sentences)
        with_list_characters(sentence "${sentence}")
        mistake("docs/errors.md has a sentence that no static_assert of include/ says:\n    ${sentence}")
    endif()
endforeach()

# The table of thrown messages: a message per row, its values written as an ellipsis.
string(REGEX MATCHALL "\n[|] `[^`]*`" rows "${prose}")
foreach(row IN LISTS rows)
    string(REGEX REPLACE "^\n[|] `([^`]*)`$" "\\1" row "${row}")
    string(REPLACE "…" ";" parts "${row}")
    foreach(part IN LISTS parts)
        string(FIND "${all_literals}" "${part}" position)
        if(position EQUAL -1)
            with_list_characters(part "${part}")
            mistake("docs/errors.md has a message that nothing in include/ throws:\n    ${part}")
        endif()
    endforeach()
endforeach()

file(GLOB files RELATIVE "${SOURCE}/${cases}" "${SOURCE}/${cases}/*.cpp")
set(without_case ${sentences})
# These follow an error of ours. g++ and clang++ stop at that one.
list(REMOVE_ITEM without_case "the sizes are listed in the first error" "see the first error")
foreach(file IN LISTS files)
    file(READ "${SOURCE}/${cases}/${file}" code)
    without_list_characters(code "${code}")
    string(REGEX MATCHALL "\n// expected[^:\n]*: [^\n]*" expectations "${code}")
    foreach(expectation IN LISTS expectations)
        string(REGEX REPLACE "^\n// expected[^:\n]*: ([^\n]*)$" "\\1" part "${expectation}")
        string(STRIP "${part}" part)
        foreach(sentence IN LISTS without_case)
            string(FIND "${sentence}" "${part}" position)
            if(NOT position EQUAL -1)
                list(REMOVE_ITEM without_case "${sentence}")
            endif()
        endforeach()
    endforeach()
    string(FIND "${anew}" "(../${cases}/${file})" position)
    if(position EQUAL -1)
        mistake("docs/errors.md does not name the case ${cases}/${file}")
    endif()
endforeach()

foreach(sentence IN LISTS without_case)
    with_list_characters(sentence "${sentence}")
    mistake("no case of ${cases} expects this sentence:\n    ${sentence}")
endforeach()

if(mistakes)
    message(FATAL_ERROR "${mistakes} mistakes in docs/errors.md")
endif()
list(LENGTH sentences count_of_sentences)
list(LENGTH files count_of_cases)
message(STATUS "docs/errors.md: ${count_of_sentences} sentences, ${count_of_cases} cases")
