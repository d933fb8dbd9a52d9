# Writes the library as single headers: incontext_theorem.hpp, what incontext/theorem.hpp includes (Boost.Hana is needed), and
# incontext_single.hpp, all headers (Boost.Hana and Eigen).
#
#     cmake -D SOURCE=<the folder include> -D OUTPUT=<a directory> -P single_headers.cmake
#
# Headers of this library stand in the place of their first #include; those of others stay what they are, each once.
cmake_policy(VERSION 3.25)

foreach(argument SOURCE OUTPUT)
    if(NOT DEFINED ${argument})
        message(FATAL_ERROR "-D ${argument}=... is missing")
    endif()
endforeach()

# The text lives in a global property: an element of a list ends at a semicolon, a text does not.
function(append text)
    set_property(GLOBAL APPEND_STRING PROPERTY single_text "${text}")
endfunction()

# is_new(OUT NAME): whether this is the first time that it is asked.
function(is_new out name)
    get_property(seen GLOBAL PROPERTY single_seen)
    if(name IN_LIST seen)
        set(${out} FALSE PARENT_SCOPE)
    else()
        set_property(GLOBAL APPEND PROPERTY single_seen "${name}")
        set(${out} TRUE PARENT_SCOPE)
    endif()
endfunction()

# append_header(PATH): a header, and in it those that it includes, unless it is there.
function(append_header path)
    is_new(is_first "${path}")
    if(NOT is_first)
        return()
    endif()
    file(READ "${SOURCE}/${path}" rest)
    string(REGEX REPLACE "^// SPDX[^\n]*\n" "\n" rest "${rest}")
    append("\n// ---- ${path} ----\n")
    set(depth 0)  # of #if
    while(TRUE)
        string(FIND "${rest}" "\n#" position)
        if(position EQUAL -1)
            append("${rest}")
            break()
        endif()
        string(SUBSTRING "${rest}" 0 ${position} before)
        append("${before}")
        math(EXPR position "${position} + 1")
        string(SUBSTRING "${rest}" ${position} -1 rest)
        string(FIND "${rest}" "\n" length)
        string(SUBSTRING "${rest}" 0 ${length} line)
        string(SUBSTRING "${rest}" ${length} -1 rest)

        if(line MATCHES "^#include \"(incontext/[^\"]+)\"")
            append_header("${CMAKE_MATCH_1}")
        elseif(line MATCHES "^#include (<[^>]+>)" AND depth EQUAL 0)
            is_new(is_first "${CMAKE_MATCH_1}")
            if(is_first)
                append("\n${line}")
            endif()
        elseif(NOT line STREQUAL "#pragma once")
            append("\n${line}")
            if(line MATCHES "^#if")
                math(EXPR depth "${depth} + 1")
            elseif(line MATCHES "^#endif")
                math(EXPR depth "${depth} - 1")
            endif()
        endif()
    endwhile()
endfunction()

# write_single(NAME WHAT PATH...)
function(write_single name what)
    set_property(GLOBAL PROPERTY single_seen "")
    set_property(GLOBAL PROPERTY single_text "")
    foreach(path IN LISTS ARGN)
        append_header("${path}")
    endforeach()
    get_property(text GLOBAL PROPERTY single_text)
    string(REGEX REPLACE "\n\n\n+" "\n\n" text "${text}")
    file(STRINGS "${SOURCE}/incontext/support/version.hpp" version REGEX "^#define INCONTEXT_VERSION_")
    string(REGEX REPLACE "[^0-9;]" "" version "${version}")
    list(JOIN version "." version)
    string(RANDOM LENGTH 12 aside)  # of this run: two may write at once
    file(WRITE "${OUTPUT}/${name}.${aside}"
        "// SPDX-License-Identifier: MIT\n"
        "// incontext ${version} as one header: ${what}. Made by cmake/single_headers.cmake from the headers that are named in it.\n"
        "#pragma once\n\n"
        "#ifdef INCONTEXT_VERSION_MAJOR\n"
        "#error \"include one single header of incontext, before and without its other headers\"\n"
        "#endif\n"
        "${text}\n"
        "#define INCONTEXT_SINGLE_HEADER\n")
    file(COPY_FILE "${OUTPUT}/${name}.${aside}" "${OUTPUT}/${name}" ONLY_IF_DIFFERENT)
    file(REMOVE "${OUTPUT}/${name}.${aside}")
endfunction()

# What incontext.hpp lists and does not include.
file(STRINGS "${SOURCE}/incontext/incontext.hpp" lines REGEX "^// By itself: \"incontext/")
list(TRANSFORM lines REPLACE "^[^\"]*\"([^\"]*)\".*$" "\\1")

write_single(incontext_theorem.hpp "the operators and the proofs, which need Boost.Hana alone" incontext/theorem.hpp)
write_single(incontext_single.hpp "all of it, which needs Boost.Hana and Eigen" incontext/incontext.hpp ${lines})
