# What is missing is named with the option of setup.sh that installs it.
cmake_policy(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../../cmake/missing.cmake")
foreach(expectation IN ITEMS "Eigen|./setup.sh[^ ]* which|./setup.sh lists" "CLI11|./setup.sh[^ ]* which|./setup.sh lists"
        "the headers of Open MPI|./setup.sh --developer" "Chromium|./setup.sh --developer" "libxsmm|./setup.sh --peers")
    string(REGEX MATCH "^([^|]+)[|](.*)$" parts "${expectation}")
    set(expected "${CMAKE_MATCH_2}")
    incontext_missing(how "${CMAKE_MATCH_1}")
    if(NOT how MATCHES "${expected}")
        message(FATAL_ERROR "the hint should match '${expected}': ${how}")
    endif()
endforeach()
