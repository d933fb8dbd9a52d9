# incontext_missing(OUT NAME): how to get what is missing, by the list of setup.sh: the package on systems with apt-get, or
# what it is called everywhere. NAME is the beginning of a name in that list, as "Eigen" or "Google Benchmark".
function(incontext_missing out name)
    file(STRINGS "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../setup.sh" rows REGEX "^[^|]+[|][^|]+[|] ${name}")
    if(NOT rows)
        message(FATAL_ERROR "setup.sh does not list '${name}'")
    endif()
    string(REGEX MATCH "^([^| ]+) *[|][^|]*[|] (.*)$" row "${rows}")
    find_program(INCONTEXT_APT_GET apt-get)
    mark_as_advanced(INCONTEXT_APT_GET)
    if(INCONTEXT_APT_GET)
        set(${out} "apt-get install ${CMAKE_MATCH_1} (or ./setup.sh, which installs all that is missing)" PARENT_SCOPE)
    else()
        set(${out} "install ${CMAKE_MATCH_2} with the package manager of this system (./setup.sh lists all that is missing)"
            PARENT_SCOPE)
    endif()
endfunction()
