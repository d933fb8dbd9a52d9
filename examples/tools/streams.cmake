# examples/tools/streams: regressors of streams compared, on three streams that are simulated from a seed.
incontext_program(streams tools/streams.cpp)
target_link_libraries(streams PRIVATE reproduce_common)
set_target_properties(streams PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/tools")
add_dependencies(examples streams)
