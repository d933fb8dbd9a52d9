# Breaks the library in one place after the other, and looks whether the named test notices.
#
#     cmake -D COMPILER=<c++> -D OPTIONS=<file of its options> -D WORK=<scratch folder> -D CATCH=<libraries of Catch2>
#           [-D SHORT=ON] [-D ONLY=<regular expression of headers>] [-D TESTS=<regular expression of tests>]
#           [-D ENTRIES=<files of mutations>] [-D KNOWN=<folder> [-D VERDICTS_ONLY=ON]] [-D TEXTS_ONLY=ON] -P run.cmake
#
# The files in lists/ hold the mutations, folder by folder:
#
#     in_header(construction/proposition_1.hpp)
#     mutation(static/proposition_1 [[text]] [[replacement]])             the test must fail
#     mutation(static/proposition_1 [[text]] [[replacement]] short)       ... also in the short run
#     equivalent(static/proposition_1 [[text]] [[replacement]] "reason")  the test passes, since nothing observable changes
#
# The text must occur exactly once in its header, so that the list cannot go stale unseen. Headers are copied to WORK; the
# tree is not touched. Every test named must pass on the copy before it is broken. Warnings are off: a mutation must not be
# noticed by an unused variable. KNOWN keeps each verdict, so that an interrupted run goes on where it was, and the next looks again
# at what has changed: a verdict holds for this compiler, this mutation, this test, and the headers that the test includes. With
# VERDICTS_ONLY they are kept, and nothing is said of them: several runs at a time, and then one that counts, take less time. With
# TEXTS_ONLY nothing is compiled: each text is looked for. A mutation that is no C++ (a name that does not exist) is an error of
# the list.
cmake_minimum_required(VERSION 3.25)

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tests)
cmake_path(GET tests PARENT_PATH source)
set(headers "${WORK}/include/incontext")
file(REMOVE_RECURSE "${WORK}")
file(COPY "${source}/include" DESTINATION "${WORK}")
file(WRITE "${WORK}/options" "-I\"${WORK}/include\"\n-I\"${tests}\"\n@${OPTIONS}\n-w\n")

# What every verdict depends on.
if(KNOWN)
    execute_process(COMMAND "${COMPILER}" --version OUTPUT_VARIABLE given)
    foreach(file IN ITEMS "${tests}/compile_fail/check.cmake" "${OPTIONS}")
        file(SHA256 "${file}" hash)
        string(APPEND given "${hash}")
    endforeach()
    file(MAKE_DIRECTORY "${KNOWN}")
endif()

set(total 0)
set(refuted 0)
set(failed 0)
set(equivalents 0)
set(survived 0)
set(wrong 0)  # entries of the lists that are no mutations

# What a compiler says of text that is no C++, rather than of a statement that is false or of shapes that do not fit.
set(no_cpp "was not declared in this scope|undeclared identifier|expected [^\n]* before|error: expected |does not name a type")

# Sets `out` to: passes | does not compile | fails | is no C++
function(run_test out test)
    set(file "${tests}/${test}.cpp")
    set(kind gcc)
    set(first_error_only -fmax-errors=1)
    if(COMPILER MATCHES "clang")
        set(kind clang)
        set(first_error_only -ferror-limit=1)
    endif()
    set(compile "${CMAKE_COMMAND}" -E env LC_ALL=C "${COMPILER}" "@${WORK}/options" ${first_error_only})
    if(test MATCHES "^compile_fail/")
        execute_process(COMMAND "${CMAKE_COMMAND}" -D "COMPILER=${COMPILER}" -D "KIND=${kind}" -D "FLAGS=${WORK}/options"
            -D "CASE=${file}" -P "${tests}/compile_fail/check.cmake" RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
        set(verdict "fails")
    elseif(test MATCHES "^static/")
        file(STRINGS "${file}" options REGEX "^// options: ")
        string(REPLACE "// options: " "" options "${options}")
        separate_arguments(options)
        execute_process(COMMAND ${compile} ${options} -fsyntax-only "${file}" TIMEOUT 300
            RESULT_VARIABLE result ERROR_VARIABLE said OUTPUT_QUIET)
        set(verdict "does not compile")
    else()
        execute_process(COMMAND ${compile} -O0 "${file}" ${CATCH} -pthread -o "${WORK}/program" TIMEOUT 300
            RESULT_VARIABLE result ERROR_VARIABLE said OUTPUT_QUIET)
        set(verdict "does not compile")
        if(result EQUAL 0)
            execute_process(COMMAND "${WORK}/program" WORKING_DIRECTORY "${WORK}" TIMEOUT 300
                RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
            set(verdict "fails")
        endif()
    endif()
    if(result STREQUAL "0")
        set(verdict "passes")
    elseif(verdict STREQUAL "does not compile" AND result MATCHES "timeout")
        set(verdict "takes too long to compile")  # which says nothing: the machine may be busy
    elseif(verdict STREQUAL "does not compile" AND said MATCHES "${no_cpp}")
        set(verdict "is no C++: ${CMAKE_MATCH_0}")
    endif()
    set(${out} "${verdict}" PARENT_SCOPE)
endfunction()

# Every test passes on the headers as they are.
function(require_passing test)
    get_property(verdict GLOBAL PROPERTY "verdict of ${test}")
    if(NOT verdict)
        run_test(verdict "${test}")
        if(NOT verdict STREQUAL "passes")
            message(FATAL_ERROR "tests/${test}.cpp ${verdict} on the headers as they are, so it cannot tell anything of others")
        endif()
        set_property(GLOBAL PROPERTY "verdict of ${test}" "${verdict}")
    endif()
endfunction()

# Sets `out` to what tells this test, and all of ours that it includes, from other versions of them.
function(version_of_test out test)
    get_property(version GLOBAL PROPERTY "version of ${test}")
    if(NOT version)
        execute_process(COMMAND "${COMPILER}" "@${WORK}/options" -MM "${tests}/${test}.cpp"
            OUTPUT_VARIABLE files COMMAND_ERROR_IS_FATAL ANY)
        string(REGEX REPLACE "^[^:]*:|\\\\\n" " " files "${files}")
        separate_arguments(files UNIX_COMMAND "${files}")
        foreach(file IN LISTS files)
            file(SHA256 "${file}" hash)
            string(APPEND version "${hash}")
        endforeach()
        set_property(GLOBAL PROPERTY "version of ${test}" "${version}")
    endif()
    set(${out} "${version}" PARENT_SCOPE)
endfunction()

# Sets `out` to the verdict of the test on the broken header, or to why the entry is no mutation.
function(run_broken out test from to)
    file(READ "${headers}/${header}" text)
    string(FIND "${text}" "${from}" first)
    string(FIND "${text}" "${from}" last REVERSE)
    if(first EQUAL -1)
        set(${out} "is no mutation: the text is not in the header" PARENT_SCOPE)
        return()
    elseif(NOT first EQUAL last)
        set(${out} "is no mutation: the text is more than once in the header" PARENT_SCOPE)
        return()
    elseif("${from}" STREQUAL "${to}")
        set(${out} "is no mutation: nothing is changed" PARENT_SCOPE)
        return()
    endif()
    if(TEXTS_ONLY)
        set(${out} "is a mutation" PARENT_SCOPE)
        return()
    endif()
    if(KNOWN)
        version_of_test(version "${test}")
        string(SHA256 key "${given}|${test}|${version}|${header}|${from}|${to}")
        if(EXISTS "${KNOWN}/${key}")
            file(READ "${KNOWN}/${key}" verdict)
            set(${out} "${verdict}" PARENT_SCOPE)
            return()
        endif()
    endif()
    require_passing("${test}")
    string(REPLACE "${from}" "${to}" broken "${text}")
    file(WRITE "${headers}/${header}" "${broken}")
    run_test(verdict "${test}")
    file(WRITE "${headers}/${header}" "${text}")
    if(KNOWN AND NOT verdict MATCHES "too long")
        file(WRITE "${KNOWN}/${key}" "${verdict}")
    endif()
    set(${out} "${verdict}" PARENT_SCOPE)
endfunction()

function(add_one_to)
    foreach(counter IN LISTS ARGN)
        math(EXPR sum "${${counter}} + 1")
        set(${counter} "${sum}" PARENT_SCOPE)
    endforeach()
endfunction()

function(print word)
    string(REGEX REPLACE "[ \n]+" " " from "${from}")
    string(REGEX REPLACE "[ \n]+" " " to "${to}")
    string(TIMESTAMP now "%s")
    math(EXPR seconds "${now} - ${start}")
    message(STATUS "${word}  ${header}: ${from} -> ${to}  [${test}, ${seconds} s]${ARGN}")
endfunction()

macro(in_header name)
    set(header "${name}")
endmacro()

macro(skip_unless_asked_for is_short)
    if((SHORT AND NOT "${is_short}" STREQUAL "short") OR (ONLY AND NOT header MATCHES "${ONLY}")
       OR (TESTS AND NOT test MATCHES "${TESTS}"))
        return()
    endif()
    string(TIMESTAMP start "%s")
endmacro()

function(mutation test from to)
    skip_unless_asked_for("${ARGN}")
    run_broken(verdict "${test}" "${from}" "${to}")
    if(verdict STREQUAL "does not compile")
        add_one_to(total refuted)
        print("refuted     ")
    elseif(verdict STREQUAL "fails")
        add_one_to(total failed)
        print("fails       ")
    elseif(verdict STREQUAL "is a mutation")
        add_one_to(total)
    elseif(verdict STREQUAL "passes")
        add_one_to(total survived)
        print("SURVIVED    ")
    else()
        add_one_to(wrong)
        print("WRONG ENTRY " "  ${verdict}")
    endif()
    return(PROPAGATE total refuted failed survived wrong)
endfunction()

function(equivalent test from to reason)
    skip_unless_asked_for("${ARGN}")
    run_broken(verdict "${test}" "${from}" "${to}")
    if(verdict STREQUAL "passes")
        add_one_to(total equivalents)
        print("equivalent  " "  ${reason}")
    elseif(verdict STREQUAL "is a mutation")
        add_one_to(total)
    else()
        add_one_to(wrong)
        print("WRONG ENTRY " "  said to be equivalent, but ${test} ${verdict}")
    endif()
    return(PROPAGATE total equivalents wrong)
endfunction()

if(NOT ENTRIES)
    file(GLOB ENTRIES "${CMAKE_CURRENT_LIST_DIR}/lists/*.cmake")
endif()
foreach(list IN LISTS ENTRIES)
    include("${list}")
endforeach()

if(VERDICTS_ONLY)
    return()
endif()
if(TEXTS_ONLY)
    if(wrong GREATER 0)
        message(FATAL_ERROR "${wrong} entries of the lists are wrong")
    endif()
    message(STATUS "${total} mutations: each text stands once in its header")
    return()
endif()
message(STATUS "${total} mutations: ${refuted} refuted while compiling, ${failed} failed a test, ${equivalents} equivalent, ${survived} survived")
if(survived GREATER 0 OR wrong GREATER 0 OR total EQUAL 0)
    message(FATAL_ERROR "${survived} survived, ${wrong} entries of the lists are wrong")
endif()
