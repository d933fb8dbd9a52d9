# sweep: a grid of sizes, settings and seeds; with MPI where it is installed.
set(INCONTEXT_SWEEP_SIZES "5x10x1;5x20x1;10x10x1;10x20x1" CACHE STRING
    "The sizes that sweep is compiled for: input x context x layers, an object for each (about 20 seconds)")

incontext_program(sweep tools/sweep.cpp tools/sweep/grid.cpp tools/sweep/ranks.cpp)
target_include_directories(sweep PRIVATE tools)
target_link_libraries(sweep PRIVATE reproduce_common)
set_target_properties(sweep PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/tools")
add_dependencies(examples sweep)

foreach(size IN LISTS INCONTEXT_SWEEP_SIZES)
    if(NOT size MATCHES "^([1-9][0-9]?[0-9]?)x([1-9][0-9]?[0-9]?)x([1-9][0-9]?)$")
        message(FATAL_ERROR "INCONTEXT_SWEEP_SIZES expects sizes as 10x20x1 (input x context x layers), not '${size}'")
    endif()
    add_library(sweep_${size} OBJECT EXCLUDE_FROM_ALL tools/sweep/size.cpp)
    target_compile_definitions(sweep_${size} PRIVATE
        SWEEP_INPUT=${CMAKE_MATCH_1} SWEEP_CONTEXT=${CMAKE_MATCH_2} SWEEP_LAYERS=${CMAKE_MATCH_3})
    target_include_directories(sweep_${size} PRIVATE tools)
    target_link_libraries(sweep_${size} PRIVATE reproduce_common incontext_warnings)
    target_precompile_headers(sweep_${size} REUSE_FROM reproduce_common)
    target_link_libraries(sweep PRIVATE sweep_${size})
endforeach()

option(INCONTEXT_SWEEP_MPI "Compile sweep with MPI where it is installed" ON)
if(INCONTEXT_SWEEP_MPI)
    # Open MPI's C interface needs no C compiler's project; its old C++ interface is not wanted.
    set(MPI_CXX_SKIP_MPICXX ON)
    find_package(MPI QUIET COMPONENTS CXX)
    if(MPI_CXX_FOUND)  # where nothing is found, CMake 3.31 makes the target all the same
        target_compile_definitions(sweep PRIVATE SWEEP_MPI OMPI_SKIP_MPICXX)
        target_link_libraries(sweep PRIVATE MPI::MPI_CXX)
    else()
        incontext_missing(how "the headers of Open MPI")
        message(STATUS "sweep is compiled without MPI: ${how}")
    endif()
endif()
