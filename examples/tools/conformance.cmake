# examples/tools/conformance: vectors for kernel writers. Each rule of each size is an object of its own.
set(INCONTEXT_CONFORMANCE_SIZES "3/2/1" CACHE STRING
    "Sizes that conformance has every rule for: key_dim/value_dim/queries;..., as 3/2/1;4/3/2")
file(GLOB conformance_parts CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tools/conformance/*.cpp")
list(FILTER conformance_parts EXCLUDE REGEX "/(exact|model)\\.cpp$")
incontext_program(conformance tools/conformance.cpp ${conformance_parts})
# Its tests (tests/example/conformance) use the same fractions.
add_library(conformance_exact STATIC EXCLUDE_FROM_ALL tools/conformance/exact.cpp)
target_link_libraries(conformance_exact PRIVATE incontext::incontext incontext_warnings)
target_include_directories(conformance_exact PRIVATE tools)
target_compile_options(conformance_exact PRIVATE -ffp-contract=off)
target_link_libraries(conformance PRIVATE conformance_exact reproduce_common)
target_include_directories(conformance PRIVATE tools)
set_target_properties(conformance PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/tools")
# Tolerances are computed in double: the same with every compiler, so without fused operations.
target_compile_options(conformance PRIVATE -ffp-contract=off)
set(conformance_rules additive=AdditiveRule delta=DeltaRule gated_delta=GatedDeltaRule
    channel_gated_delta=ChannelGatedDeltaRule decoupled_delta=DecoupledDeltaRule low_rank=DiagonalPlusLowRankRule
    implicit_delta=ImplicitDeltaRule normalised_delta=NormalisedDeltaRule least_squares=LeastSquaresRule
    ridge_memory=RidgeMemoryRule mini_batch=MiniBatchRule momentum=MomentumRule)

# conformance_model(PROGRAM SOURCE RULE SIZES): an object of the rule number RULE, `name=Class`.
function(conformance_model program source rule sizes)
    if(NOT sizes MATCHES "^([1-9][0-9]?)/([1-9][0-9]?)/([1-9][0-9]?)$")
        message(FATAL_ERROR
            "INCONTEXT_CONFORMANCE_SIZES is a list of key_dim/value_dim/queries as in 3/2/1, and not '${sizes}'")
    endif()
    set(definitions KEY_DIM=${CMAKE_MATCH_1} VALUE_DIM=${CMAKE_MATCH_2} QUERIES=${CMAKE_MATCH_3})
    list(FIND conformance_rules ${rule} number)
    string(REGEX MATCH "^(.*)=(.*)$" matched "${rule}")
    list(APPEND definitions NAME="${CMAKE_MATCH_1}" RULE=${CMAKE_MATCH_2} NUMBER=${number})
    list(TRANSFORM definitions PREPEND CONFORMANCE_)
    string(MAKE_C_IDENTIFIER "${program}_${CMAKE_MATCH_1}_${sizes}" model)
    add_library(${model} OBJECT EXCLUDE_FROM_ALL "${source}")
    target_compile_definitions(${model} PRIVATE ${definitions})
    target_compile_options(${model} PRIVATE -ffp-contract=off $<$<CONFIG:Release>:-O1>)
    target_link_libraries(${model} PRIVATE incontext::incontext incontext_warnings)
    target_include_directories(${model} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/examples/tools"
        "${PROJECT_SOURCE_DIR}/examples/reproduce")
    target_link_libraries(${program} PRIVATE ${model})
endfunction()
foreach(rule IN LISTS conformance_rules)
    foreach(sizes IN LISTS INCONTEXT_CONFORMANCE_SIZES)
        conformance_model(conformance tools/conformance/model.cpp ${rule} ${sizes})
    endforeach()
endforeach()
# The committed vectors have grouped queries of these.
foreach(rule additive=AdditiveRule delta=DeltaRule gated_delta=GatedDeltaRule channel_gated_delta=ChannelGatedDeltaRule
        least_squares=LeastSquaresRule)
    if(NOT "3/2/2" IN_LIST INCONTEXT_CONFORMANCE_SIZES)
        conformance_model(conformance tools/conformance/model.cpp ${rule} 3/2/2)
    endif()
endforeach()
add_dependencies(examples conformance)
