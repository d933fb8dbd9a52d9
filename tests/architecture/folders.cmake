# Checks the order of the folders in INCLUDE/incontext: each uses only folders above it. Also: no include cycles, every
# include of ours by its full path, the license first in every header, and every header on the contents page.
cmake_policy(VERSION 3.25)

set(folders
    support number matrix token pass token_wise attention gradient_descent construction stack plan equivalence recurrence streaming
    task training experiment io)
# Two ways to the same update that must not know of each other: their meeting is the theorem, in construction/.
set(strangers attention gradient_descent)
# incontext/theorem.hpp ends here.
set(last_folder_of_theorem equivalence)

include("${CMAKE_CURRENT_LIST_DIR}/mistakes.cmake")

file(GLOB_RECURSE headers RELATIVE "${INCLUDE}" "${INCLUDE}/incontext/*.hpp")
list(SORT headers)
if(NOT headers)
    message(FATAL_ERROR "no headers in ${INCLUDE}/incontext")
endif()

# rank_of(OUT PATH): the place of a header's folder in the list; empty for incontext/*.hpp, -1 for an unknown folder.
function(rank_of out path)
    set(rank "")
    if(path MATCHES "^incontext/(.+)/[^/]+$")
        list(FIND folders "${CMAKE_MATCH_1}" rank)
    endif()
    set(${out} "${rank}" PARENT_SCOPE)
endfunction()

# ------------------------------------------------------------------------------------------ one header at a time ----

foreach(header IN LISTS headers)
    file(STRINGS "${INCLUDE}/${header}" first_line LIMIT_COUNT 1)
    if(NOT first_line STREQUAL "// SPDX-License-Identifier: MIT")
        mistake("${header}: the first line must be '// SPDX-License-Identifier: MIT'")
    endif()

    rank_of(rank "${header}")
    if(rank EQUAL -1)
        mistake("${header}: its folder is not in the list of tests/architecture/folders.cmake")
        continue()
    endif()

    # Comments name the tests of what they stand beside: those must be there. A name without a folder is in one of tests/; a * stands
    # for one at least.
    file(READ "${INCLUDE}/${header}" text)
    string(REGEX MATCHALL "[a-z_0-9/*]+\\.cpp" named "${text}")
    foreach(test IN LISTS named)
        string(REPLACE "[" "[[]" root "${INCLUDE}/..")  # a bracket of a path is no pattern
        set(place "${root}/${test}")
        if(NOT test MATCHES "/")
            set(place "${root}/tests/*/${test}")
        endif()
        file(GLOB found "${place}")
        if(NOT found)
            mistake("${header}: names ${test}, which does not exist")
        endif()
    endforeach()

    set(includes_of_${header} "")
    file(STRINGS "${INCLUDE}/${header}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*(\"|<incontext/)")
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^[^\"<]*[\"<]([^\">]*)[\">].*$" "\\1" included "${line}")
        if(NOT line MATCHES "\"incontext/" OR NOT included IN_LIST headers)
            mistake("${header}: '${line}' must be \"incontext/<folder>/<header>.hpp\", a header of this library")
            continue()
        endif()
        list(APPEND includes_of_${header} "${included}")

        if(rank STREQUAL "")
            continue()
        endif()
        rank_of(included_rank "${included}")
        if(included_rank STREQUAL "")
            mistake("${header}: includes the contents page ${included}; include the headers it needs")
        elseif(included_rank GREATER rank)
            mistake("${header}: includes ${included}, whose folder comes later")
        elseif(NOT included_rank EQUAL rank)
            list(GET folders ${rank} folder)
            list(GET folders ${included_rank} included_folder)
            if(folder IN_LIST strangers AND included_folder IN_LIST strangers)
                mistake("${header}: includes ${included}, but neither of these folders may know the other")
            endif()
        endif()
    endforeach()
endforeach()

# ------------------------------------------------------------------------------------------------------- no cycles ----

# Takes away every header whose includes are all taken away. What is left is a cycle, or includes one.
set(left ${headers})
set(progress TRUE)
while(left AND progress)
    set(progress FALSE)
    foreach(header IN LISTS left)
        set(waits_for ${includes_of_${header}})
        set(free TRUE)
        foreach(included IN LISTS waits_for)
            if(included IN_LIST left)
                set(free FALSE)
            endif()
        endforeach()
        if(free)
            list(REMOVE_ITEM left "${header}")
            set(progress TRUE)
        endif()
    endforeach()
endwhile()
if(left)
    list(JOIN left "\n    " left)
    mistake("these headers include each other in a circle, or a header that does:\n    ${left}")
endif()

# ------------------------------------------------------------------------------------------------- contents pages ----

# listed_on(OUT PAGE): the headers in folders that a page lists, those of a page that it includes among them.
function(listed_on out page)
    set(listed "")
    foreach(included IN LISTS includes_of_${page})
        rank_of(rank "${included}")
        if(rank STREQUAL "")
            listed_on(more "${included}")
            list(APPEND listed ${more})
        else()
            list(APPEND listed "${included}")
        endif()
    endforeach()
    set(${out} "${listed}" PARENT_SCOPE)
endfunction()

if("incontext/incontext.hpp" IN_LIST headers)
    listed_on(listed incontext/incontext.hpp)
    # Listed, but to be included by itself.
    file(STRINGS "${INCLUDE}/incontext/incontext.hpp" lines REGEX "^// By itself: \"incontext/")
    list(TRANSFORM lines REPLACE "^[^\"]*\"([^\"]*)\".*$" "\\1")
    list(APPEND listed ${lines})
    foreach(header IN LISTS headers)
        rank_of(rank "${header}")
        if(NOT rank STREQUAL "" AND NOT header IN_LIST listed)
            mistake("incontext/incontext.hpp: does not list ${header}")
        endif()
    endforeach()
endif()

if("incontext/theorem.hpp" IN_LIST headers)
    list(FIND folders ${last_folder_of_theorem} last)
    listed_on(listed incontext/theorem.hpp)
    foreach(header IN LISTS listed)
        rank_of(rank "${header}")
        if(rank GREATER last)
            mistake("incontext/theorem.hpp: ${header} is in a folder after ${last_folder_of_theorem}/")
        endif()
    endforeach()
endif()

if(mistakes)
    message(FATAL_ERROR "${mistakes} of the rules above are broken")
endif()
