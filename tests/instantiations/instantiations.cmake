# Counts what clang instantiates for some translation units and holds the counts against a baseline.
#
#     cmake -D COMPILER=clang++ -D FLAGS=common.flags -D BASELINE=baseline.txt -D WORK=directory -D UNITS=a.cpp;b.cpp
#         [-D UPDATE=ON] [-D "UPDATE_COMMAND=..."] -P instantiations.cmake
#
# Seconds depend on the machine and on what else it does; these counts do not: the same source, compiler and libraries
# give the same numbers. They are what the seconds are made of. A unit may grow by 5 %.
#
# baseline.txt holds a line "compiled with: <versions>" and a line per unit: its name, classes, functions.
cmake_policy(VERSION 3.25)

set(allowed_growth 5)  # per cent

# run(OUT ARGUMENT...): what the compiler prints.
function(run out)
    execute_process(COMMAND "${COMPILER}" "@${FLAGS}" ${ARGN}
        OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "${COMPILER} ${ARGN}: ${errors}")
    endif()
    set(${out} "${output}" PARENT_SCOPE)
endfunction()

# versions(OUT): all that the counts depend on beside our sources, as one line.
function(versions out)
    file(WRITE "${WORK}/versions.cpp" "#include <version>\n#include <boost/version.hpp>\n#include <Eigen/Core>\n")
    run(macros -dM -E "${WORK}/versions.cpp")
    run(target -dumpmachine)
    string(STRIP "${target}" line)
    foreach(macro __clang_version__ __GLIBCXX__ _LIBCPP_VERSION EIGEN_WORLD_VERSION EIGEN_MAJOR_VERSION
            EIGEN_MINOR_VERSION BOOST_LIB_VERSION)
        if(macros MATCHES "#define ${macro} \"?([^\"\n]*)")
            string(STRIP "${CMAKE_MATCH_1}" value)
            string(APPEND line ", ${macro} ${value}")
        endif()
    endforeach()
    set(${out} "${line}" PARENT_SCOPE)
endfunction()

# occurrences(OUT TEXT PART): how often PART stands in TEXT.
function(occurrences out text part)
    string(LENGTH "${text}" length)
    string(LENGTH "${part}" length_of_part)
    string(REPLACE "${part}" "" rest "${text}")
    string(LENGTH "${rest}" length_of_rest)
    math(EXPR count "(${length} - ${length_of_rest}) / ${length_of_part}")
    set(${out} ${count} PARENT_SCOPE)
endfunction()

# instantiations(CLASSES FUNCTIONS SOURCE). Granularity 0: every event is written down, however short.
function(instantiations classes functions source)
    cmake_path(GET source STEM LAST_ONLY name)
    run(nothing -O0 -ftime-trace -ftime-trace-granularity=0 -c "${source}" -o "${WORK}/${name}.o")
    file(READ "${WORK}/${name}.json" trace)
    occurrences(number_of_classes "${trace}" "\"name\":\"InstantiateClass\"")
    occurrences(number_of_functions "${trace}" "\"name\":\"InstantiateFunction\"")
    if(number_of_classes EQUAL 0 OR number_of_functions EQUAL 0)
        message(FATAL_ERROR "${WORK}/${name}.json: no instantiations found; has the format of -ftime-trace changed?")
    endif()
    set(${classes} ${number_of_classes} PARENT_SCOPE)
    set(${functions} ${number_of_functions} PARENT_SCOPE)
endfunction()

# expected(CLASSES FUNCTIONS UNIT): the counts of the baseline; the unit must be in it.
function(expected classes functions unit)
    foreach(line IN LISTS baseline)
        if(line MATCHES "^${unit}: ([0-9]+) classes, ([0-9]+) functions$")
            set(${classes} ${CMAKE_MATCH_1} PARENT_SCOPE)
            set(${functions} ${CMAKE_MATCH_2} PARENT_SCOPE)
            return()
        endif()
    endforeach()
    message(FATAL_ERROR "${BASELINE} has no line for ${unit}. ${how_to_update}")
endfunction()

# check(UNIT KIND COUNT BASELINE_COUNT)
function(check unit kind count baseline_count)
    message(STATUS "${unit}: ${count} ${kind} instantiated, ${baseline_count} in the baseline")
    math(EXPR most "${baseline_count} * (100 + ${allowed_growth}) / 100")
    if(count GREATER most)
        message(FATAL_ERROR "${unit}: ${count} ${kind} are instantiated, ${baseline_count} in the baseline: more than "
            "${allowed_growth} % above it. ${how_to_update}")
    endif()
endfunction()

set(how_to_update "If this is worth its price, write a new baseline: ${UPDATE_COMMAND}")
file(MAKE_DIRECTORY "${WORK}")
versions(compiled_with)

if(UPDATE)
    set(text "compiled with: ${compiled_with}\n")
    foreach(source IN LISTS UNITS)
        cmake_path(GET source STEM LAST_ONLY unit)
        instantiations(classes functions "${source}")
        string(APPEND text "${unit}: ${classes} classes, ${functions} functions\n")
        message(STATUS "${unit}: ${classes} classes, ${functions} functions")
    endforeach()
    file(WRITE "${BASELINE}" "${text}")
    return()
endif()

file(STRINGS "${BASELINE}" baseline)
list(POP_FRONT baseline of_baseline)
if(NOT of_baseline STREQUAL "compiled with: ${compiled_with}")
    message(STATUS "skipped: counts can only be compared within the same versions\n"
        "   baseline ${of_baseline}\n   now      compiled with: ${compiled_with}")
    return()
endif()

foreach(source IN LISTS UNITS)
    cmake_path(GET source STEM LAST_ONLY unit)
    instantiations(classes functions "${source}")
    expected(expected_classes expected_functions ${unit})
    check(${unit} classes ${classes} ${expected_classes})
    check(${unit} functions ${functions} ${expected_functions})
endforeach()
