# Lists the objects that took longest to compile, and fails if one took more than it may.
#
#     cmake -D OBJECTS=build/release/objects.txt -P check_objects.cmake
#
# A line of objects.txt: seconds of processor time, kilobytes of memory, the compiler's command. An object that was
# compiled several times counts as it was last.
cmake_policy(VERSION 3.25)

set(most_seconds 60)
set(most_megabytes 1200)
set(listed 12)

if(NOT EXISTS "${OBJECTS}")
    message(FATAL_ERROR "${OBJECTS} is missing: configure with -D INCONTEXT_MEASURE_OBJECTS=ON where GNU time is installed")
endif()
cmake_path(GET OBJECTS PARENT_PATH build)
file(STRINGS "${OBJECTS}" lines REGEX "^[0-9.]+ [0-9]+ .* -o [^ ]+\\.(o|gch) ")
list(REVERSE lines)

set(seen "")
set(table "")
set(count_beyond 0)
foreach(line IN LISTS lines)
    string(REGEX MATCH "^([0-9]+)([.][0-9]+) ([0-9]+) .* -o ([^ ]+) " line "${line}")
    set(seconds ${CMAKE_MATCH_1})
    set(fraction ${CMAKE_MATCH_2})
    math(EXPR megabytes "${CMAKE_MATCH_3} / 1024")
    set(object "${CMAKE_MATCH_4}")
    if(object IN_LIST seen OR NOT EXISTS "${build}/${object}")
        continue()
    endif()
    list(APPEND seen "${object}")
    set(mark "")
    if(seconds GREATER_EQUAL most_seconds OR megabytes GREATER most_megabytes)
        math(EXPR count_beyond "${count_beyond} + 1")
        set(mark "   beyond the limit")
    endif()
    list(APPEND table "${seconds}${fraction} s  ${megabytes} MB  ${object}${mark}")
endforeach()

list(LENGTH seen count)
list(SORT table COMPARE NATURAL ORDER DESCENDING)
message(STATUS "${count} objects; those that took longest, and all beyond ${most_seconds} s or ${most_megabytes} MB:")
set(place 0)
foreach(row IN LISTS table)
    math(EXPR place "${place} + 1")
    if(place LESS_EQUAL listed OR row MATCHES "beyond the limit$")
        message(STATUS "  ${row}")
    endif()
endforeach()
if(count_beyond GREATER 0)
    message(FATAL_ERROR "${count_beyond} objects took more than ${most_seconds} s or ${most_megabytes} MB to compile")
endif()
