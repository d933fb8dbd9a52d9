// SPDX-License-Identifier: MIT
/// @file
/// Walking over the parameters of a layer: every weight matrix is named once, where it is declared.
///
/// Layers and learning rules are Boost.Hana structs. Initialisation, the optimiser, gradient clipping, conversion to
/// another family of numbers, saving and loading all iterate over the declared members, so nothing is listed twice and
/// nothing can be forgotten. A layer may hold further structs or hana::tuples (heads, stacks); the walk descends.
#pragma once

#include <boost/hana/accessors.hpp>
#include <boost/hana/at.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/core/tag_of.hpp>
#include <boost/hana/core/to.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/replicate.hpp>
#include <boost/hana/second.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace incontext {

/// Calls visit(name, a_member, b_member, ...) for every leaf (a matrix or a scalar) of structs of one kind, in the
/// order of their declaration.
///
/// `name` is the member's name as a C string; heads and stacked layers share the names of their members.
/// Exactness: does no arithmetic. Cost: that of the visits. Errors: structs that are not walked alike do not compile.
/// Test: tests/unit/parameters.cpp.
template <class Visit, class First, class... More>
constexpr void for_each_parameter(Visit&& visit, First& first, More&... more);

/// True for a Boost.Hana struct or a hana::tuple: something that for_each_parameter descends into.
template <class T>
inline constexpr bool is_parameter_tree = boost::hana::Struct<std::remove_const_t<T>>::value ||
                                          std::is_same_v<boost::hana::tag_of_t<T>, boost::hana::tuple_tag>;

/// hana::tuple<T, T, ..., T> of Count elements. Test: tests/static/plan.cpp (layers of several merged heads).
template <class T, int Count>
using TupleOf = typename decltype(boost::hana::unpack(
    boost::hana::replicate<boost::hana::tuple_tag>(boost::hana::type_c<T>,
                                                   boost::hana::size_c<static_cast<std::size_t>(Count)>),
    boost::hana::template_<boost::hana::tuple>))::type;

// ------------------------------------------------------------------------------------------------------- details ----

namespace parameters {

/// The Index-th declared member of a struct, or element of a tuple.
template <int Index, class Tree>
constexpr auto& child(Tree& tree) {
    namespace hana = boost::hana;
    if constexpr (hana::Struct<std::remove_const_t<Tree>>::value) {
        return hana::second(hana::at_c<Index>(hana::accessors<std::remove_const_t<Tree>>()))(tree);
    } else {
        return hana::at_c<Index>(tree);
    }
}

template <int Index, class Tree>
constexpr char const* child_name(char const* name_of_tree) {
    namespace hana = boost::hana;
    if constexpr (hana::Struct<Tree>::value) {
        return hana::to<char const*>(hana::first(hana::at_c<Index>(hana::accessors<Tree>())));
    } else {
        return name_of_tree;
    }
}

template <class Tree>
constexpr int count_of_children() {
    namespace hana = boost::hana;
    if constexpr (hana::Struct<Tree>::value) {
        return static_cast<int>(decltype(hana::length(hana::accessors<Tree>()))::value);
    } else {
        return static_cast<int>(decltype(hana::length(std::declval<Tree>()))::value);
    }
}

template <class Visit, class First, class... More>
constexpr void descend(char const* name, Visit& visit, First& first, More&... more);

template <int Index, class Visit, class First, class... More>
constexpr void descend_to_child(char const* name, Visit& visit, First& first, More&... more) {
    descend(child_name<Index, std::remove_const_t<First>>(name), visit, child<Index>(first), child<Index>(more)...);
}

template <int... Index, class Visit, class First, class... More>
constexpr void descend_to_children(std::integer_sequence<int, Index...>, [[maybe_unused]] char const* name,
                                   [[maybe_unused]] Visit& visit, [[maybe_unused]] First& first,
                                   [[maybe_unused]] More&... more) {
    (descend_to_child<Index>(name, visit, first, more...), ...);
}

template <class Visit, class First, class... More>
constexpr void descend(char const* name, Visit& visit, First& first, More&... more) {
    using Tree = std::remove_const_t<First>;
    if constexpr (is_parameter_tree<Tree>) {
        descend_to_children(std::make_integer_sequence<int, count_of_children<Tree>()>{}, name, visit, first, more...);
    } else {
        visit(name, first, more...);
    }
}

}  // namespace parameters

template <class Visit, class First, class... More>
constexpr void for_each_parameter(Visit&& visit, First& first, More&... more) {
    static_assert(is_parameter_tree<First>, "for_each_parameter walks over Boost.Hana structs and tuples");
    parameters::descend("", visit, first, more...);
}

}  // namespace incontext
