# The user's flags are the user's: the target brings headers, C++20, Eigen and Boost.
foreach(property INTERFACE_COMPILE_OPTIONS INTERFACE_COMPILE_DEFINITIONS INTERFACE_LINK_OPTIONS)
    get_target_property(value incontext::incontext ${property})
    if(value)
        message(FATAL_ERROR "incontext::incontext brings ${property} = ${value}")
    endif()
endforeach()

get_target_property(libraries incontext::incontext INTERFACE_LINK_LIBRARIES)
if(NOT libraries STREQUAL "Eigen3::Eigen;Boost::headers")
    message(FATAL_ERROR "incontext::incontext links ${libraries}")
endif()

get_target_property(features incontext::incontext INTERFACE_COMPILE_FEATURES)
if(NOT features STREQUAL "cxx_std_20")
    message(FATAL_ERROR "incontext::incontext asks for ${features}")
endif()
