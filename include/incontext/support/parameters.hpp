// SPDX-License-Identifier: MIT
/// @file
/// Walking over the parameters of a layer: every weight matrix is named once, where it is declared.
///
/// Layers and learning rules are Boost.Hana structs. Initialisation, the optimiser, gradient clipping, conversion to
/// another family of numbers, saving and loading all iterate over the declared members, so nothing is listed twice and
/// nothing can be forgotten. A layer may hold further structs, arrays of like ones (heads) or hana::tuples of unlike ones
/// (the layers of a stack); the walk descends.
#pragma once

#include <array>
#include <boost/hana/accessors.hpp>
#include <boost/hana/at.hpp>
#include <boost/hana/concept/struct.hpp>
#include <boost/hana/core/tag_of.hpp>
#include <boost/hana/core/to.hpp>
#include <boost/hana/define_struct.hpp>
#include <boost/hana/first.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/second.hpp>
#include <boost/hana/tuple.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "incontext/support/message.hpp"
#include "incontext/support/version.hpp"

namespace incontext {

/// Calls visit(a_member, b_member, ...) for every direct member of structs side by side, or element of tuples or arrays.
///
/// Cost: that of the visits. Errors: trees of different numbers of members do not compile. Test: tests/unit/parameters.cpp.
template <class Visit, class First, class... More>
constexpr void for_each_member(Visit&& visit, First& first, More&... more);

/// Calls visit(name, a_member, b_member, ...) for every leaf (a matrix or a scalar) of structs of one kind, in the
/// order of their declaration.
///
/// `name` is the member's name as a C string; heads and stacked layers share the names of their members.
/// Exactness: does no arithmetic. Cost: that of the visits. Errors: structs that are not walked alike do not compile.
/// Test: tests/unit/parameters.cpp.
template <class Visit, class First, class... More>
constexpr void for_each_parameter(Visit&& visit, First& first, More&... more);

/// The same, of all leaves but those below a kind that says `static constexpr bool is_frozen = true` (stack/normalised.hpp):
/// what an optimiser may move. Test: tests/unit/nonlinear_training.cpp (training does not move a frozen layer), tests/static/normalised.cpp.
template <class Visit, class First, class... More>
constexpr void for_each_learned_parameter(Visit&& visit, First& first, More&... more);

namespace parameters {

/// A name as a template argument.
template <unsigned Size>
struct Name {
    char characters[Size] = {};

    consteval Name(char const (&name)[Size]) {
        for (unsigned i = 0; i < Size; ++i) {
            characters[i] = name[i];
        }
    }
};

/// The names of a struct's members, as C strings.
template <Name... Names>
struct NamesOf {
    static constexpr auto get() { return boost::hana::make_tuple(static_cast<char const*>(Names.characters)...); }
};

/// What BOOST_HANA_DEFINE_STRUCT makes, by hand, so that members may have initialisers, which that macro does not take:
///
///     Number rate = Number(0);
///     struct hana_accessors_impl : parameters::Accessors<parameters::NamesOf<"rate">, &Step::rate> {};
///
/// A walk reads this list itself: the tuple of pairs that Hana reads costs a compiler more than the walk, and is made where Hana
/// is asked. Names::get() is a hana::tuple of C strings. Test: tests/unit/nothing_unwritten.cpp.
template <class Names, auto... Member>
struct Accessors {
    static constexpr int count = sizeof...(Member);

    static constexpr auto apply() {
        return []<std::size_t... Index>(std::index_sequence<Index...>) {
            return boost::hana::make_tuple(
                boost::hana::make_pair(boost::hana::struct_detail::prepare_member_name<Index, Names>(),
                                       boost::hana::struct_detail::member_ptr<decltype(Member), Member>{})...);
        }
        (std::make_index_sequence<sizeof...(Member)>{});
    }

    template <int Index>
    static constexpr char const* name() {
        return boost::hana::at_c<Index>(Names::get());
    }
    template <int Index, class Tree>
    static constexpr auto& member(Tree& tree) {
        return member_of_rest<Index, Tree, Member...>(tree);
    }
    template <class Question>
    static constexpr bool is_true_of_one = (Question::template is_true_of<decltype(Member)> || ...);

  private:
    template <int Index, class Tree, auto First, auto... Rest>
    static constexpr auto& member_of_rest(Tree& tree) {
        if constexpr (Index == 0) {
            return tree.*First;
        } else {
            return member_of_rest<Index - 1, Tree, Rest...>(tree);
        }
    }
};

/// A struct whose members are listed so.
template <class Tree>
concept ListsItsMembers = requires {
    Tree::hana_accessors_impl::count;
};

template <class T>
inline constexpr bool is_tuple = std::is_same_v<boost::hana::tag_of_t<std::remove_cvref_t<T>>, boost::hana::tuple_tag>;
template <class T>
inline constexpr bool is_array = false;

}  // namespace parameters

/// Count things of one type: a std::array whose elements are made one by one. g++ 12 makes one for all of std::array<T,
/// Count>{} in a constant expression, and then rejects a change of any.
template <class T, std::size_t Count>
struct ArrayOf : std::array<T, Count> {
    static constexpr std::size_t count = Count;

    constexpr ArrayOf() : ArrayOf(std::make_index_sequence<Count>{}) {}
    template <class... Element>
        requires(sizeof...(Element) == Count && (std::is_same_v<Element, T> && ...))
    constexpr ArrayOf(Element const&... element) : std::array<T, Count>{{element...}} {}

  private:
    template <std::size_t... Index>
    constexpr explicit ArrayOf(std::index_sequence<Index...>)
        : std::array<T, Count>{{(static_cast<void>(Index), T{})...}} {}
};

namespace parameters {
template <class T, std::size_t Count>
inline constexpr bool is_array<ArrayOf<T, Count>> = true;
}  // namespace parameters

/// True for a Boost.Hana struct, a hana::tuple or an array of such: something that for_each_parameter descends into.
template <class T>
inline constexpr bool is_parameter_tree = boost::hana::Struct<std::remove_const_t<T>>::value || parameters::is_tuple<T>;
template <class T, std::size_t Count>
inline constexpr bool is_parameter_tree<ArrayOf<T, Count>> = is_parameter_tree<T>;
template <class T, std::size_t Count>
inline constexpr bool is_parameter_tree<ArrayOf<T, Count> const> = is_parameter_tree<T>;

/// Several things in the order of their use: an array if they are of one type, else a hana::tuple. An array costs one
/// instantiation of whatever is done with its elements. Test: tests/unit/parameters.cpp.
template <class First, class... More>
using ArrayOrTuple = std::conditional_t<(std::is_same_v<First, More> && ...), ArrayOf<First, 1 + sizeof...(More)>,
                                        boost::hana::tuple<First, More...>>;

/// Element number Index of an array, a span or a hana::tuple.
template <std::size_t Index, class Elements>
[[nodiscard]] constexpr auto& element(Elements& elements) {
    if constexpr (parameters::is_tuple<Elements>) {
        return boost::hana::at_c<Index>(elements);
    } else {
        return elements[Index];
    }
}

/// Calls visit(element, element of the second, ...) for every element of `Count` in arrays, spans or hana::tuples side by
/// side. Cost: one instantiation of `visit` where none of them is a tuple. Test: tests/unit/parameters.cpp.
template <std::size_t Count, class Visit, class... Elements>
constexpr void for_each_element(Visit&& visit, Elements&... elements) {
    if constexpr ((parameters::is_tuple<Elements> || ...)) {
        [&]<std::size_t... Index>(std::index_sequence<Index...>) {
            [[maybe_unused]] auto const visit_one = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
                visit(element<I>(elements)...);
            };
            (visit_one(std::integral_constant<std::size_t, Index>{}), ...);
        }
        (std::make_index_sequence<Count>{});
    } else {
        for (std::size_t index = 0; index < Count; ++index) {
            visit(elements[index]...);
        }
    }
}

// ------------------------------------------------------------------------------------------------------- details ----

namespace parameters {

/// Name and accessor of the Index-th declared member of a struct. Both are types without data, so that a constant evaluation need not
/// make the tuple of all of them.
template <int Index, class Tree>
using MemberOf =
    std::remove_cvref_t<decltype(boost::hana::at_c<Index>(boost::hana::accessors<std::remove_const_t<Tree>>()))>;
template <int Index, class Tree>
using AccessorOf = std::remove_cvref_t<decltype(boost::hana::second(std::declval<MemberOf<Index, Tree>>()))>;
template <int Index, class Tree>
using NameOf = std::remove_cvref_t<decltype(boost::hana::first(std::declval<MemberOf<Index, Tree>>()))>;

/// The Index-th declared member of a struct, or element of a tuple.
template <int Index, class Tree>
constexpr auto& child(Tree& tree) {
    namespace hana = boost::hana;
    if constexpr (ListsItsMembers<Tree>) {
        return Tree::hana_accessors_impl::template member<Index>(tree);
    } else if constexpr (hana::Struct<std::remove_const_t<Tree>>::value) {
        return AccessorOf<Index, Tree>{}(tree);
    } else {
        return element<static_cast<std::size_t>(Index)>(tree);
    }
}

template <int Index, class Tree>
constexpr char const* child_name(char const* name_of_tree) {
    namespace hana = boost::hana;
    if constexpr (ListsItsMembers<Tree>) {
        return Tree::hana_accessors_impl::template name<Index>();
    } else if constexpr (hana::Struct<Tree>::value) {
        return hana::to<char const*>(NameOf<Index, Tree>{});
    } else {
        return name_of_tree;
    }
}

template <class Tree>
constexpr int count_of_children() {
    namespace hana = boost::hana;
    if constexpr (ListsItsMembers<Tree>) {
        return Tree::hana_accessors_impl::count;
    } else if constexpr (hana::Struct<Tree>::value) {
        return static_cast<int>(decltype(hana::length(hana::accessors<Tree>()))::value);
    } else if constexpr (is_array<Tree>) {
        return static_cast<int>(Tree::count);
    } else {
        return static_cast<int>(decltype(hana::length(std::declval<Tree>()))::value);
    }
}

/// Whether a question is true of the type of every child of a tree: ask.template operator()<Child>(). The elements of an array are
/// of one type. Test: tests/unit/online_beginnings.cpp, tests/compile_fail/state_with_an_integer.cpp.
template <class Tree, class Ask>
consteval bool holds_of_all_children(Ask ask) {
    if constexpr (is_array<Tree>) {
        return ask.template operator()<typename Tree::value_type>();
    } else {
        return [&]<int... Index>(std::integer_sequence<int, Index...>) {
            return (ask.template
                    operator()<std::remove_cvref_t<decltype(parameters::child<Index>(std::declval<Tree&>()))>>() &&
                    ...);
        }
        (std::make_integer_sequence<int, count_of_children<Tree>()>{});
    }
}

/// The type of a pointer to a listed member, as Hana has it; of an accessor that is no such pointer void.
template <class Accessor>
struct PointerOf {
    using type = void;
};
template <class Pointer, Pointer Member>
struct PointerOf<boost::hana::struct_detail::member_ptr<Pointer, Member>> {
    using type = Pointer;
};

/// Whether a question is true of the type of a pointer to one of a struct's listed members, Question::is_true_of<Member Struct::*>; of
/// a tuple and an array it is not. Test: tests/static/layer_of_its_own.cpp.
template <class Tree, class Question>
consteval bool holds_of_a_member_pointer() {
    if constexpr (ListsItsMembers<Tree>) {
        return Tree::hana_accessors_impl::template is_true_of_one<Question>;
    } else if constexpr (boost::hana::Struct<Tree>::value) {
        return []<int... Index>(std::integer_sequence<int, Index...>) {
            return (Question::template is_true_of<typename PointerOf<AccessorOf<Index, Tree>>::type> || ...);
        }
        (std::make_integer_sequence<int, count_of_children<Tree>()>{});
    } else {
        return false;
    }
}

template <class Tree>
inline constexpr bool is_tree = is_parameter_tree<std::remove_const_t<Tree>> || is_array<std::remove_const_t<Tree>>;

/// Test: tests/compile_fail/parameters_of_no_struct.cpp.
template <class Tree>
struct are_trees {
    static_assert(is_tree<Tree>,
                  "for_each_parameter and for_each_member walk over Boost.Hana structs, tuples and arrays of them");
    static constexpr bool value = true;
};

/// Test: tests/compile_fail/members_of_other_trees.cpp.
template <int... Counts>
struct trees_have_the_same_number_of_members {
    static_assert(never<trees_have_the_same_number_of_members>,
                  "for_each_parameter and for_each_member walk over trees with the same number of members");
};

/// How many members the trees have, each.
template <class First, class... More>
constexpr auto count_of_members() {
    static_assert((are_trees<First>::value && ... && are_trees<More>::value), "see the first error");
    constexpr int count = count_of_children<std::remove_const_t<First>>();
    if constexpr (((count_of_children<std::remove_const_t<More>>() != count) || ...)) {
        static_cast<void>(
            trees_have_the_same_number_of_members<count, count_of_children<std::remove_const_t<More>>()...>{});
    }
    return count;
}

/// Which trees a walk leaves out.
struct LeaveOutNothing {
    template <class Tree>
    static constexpr bool has = false;
};
struct LeaveOutFrozen {
    template <class Tree>
    static constexpr bool has = requires {
        requires Tree::is_frozen;
    };
};

template <class LeftOut, class Visit, class First, class... More>
constexpr void descend(char const* name, Visit& visit, First& first, More&... more);

template <class LeftOut, int Index, class Visit, class First, class... More>
constexpr void descend_to_child(char const* name, Visit& visit, First& first, More&... more) {
    descend<LeftOut>(child_name<Index, std::remove_const_t<First>>(name), visit, child<Index>(first),
                     child<Index>(more)...);
}

template <class LeftOut, int... Index, class Visit, class First, class... More>
constexpr void descend_to_children(std::integer_sequence<int, Index...>, [[maybe_unused]] char const* name,
                                   [[maybe_unused]] Visit& visit, [[maybe_unused]] First& first,
                                   [[maybe_unused]] More&... more) {
    (descend_to_child<LeftOut, Index>(name, visit, first, more...), ...);
}

template <class LeftOut, class Visit, class First, class... More>
constexpr void descend([[maybe_unused]] char const* name, [[maybe_unused]] Visit& visit, [[maybe_unused]] First& first,
                       [[maybe_unused]] More&... more) {
    using Tree = std::remove_const_t<First>;
    if constexpr (LeftOut::template has<Tree>) {
        return;
    } else if constexpr (is_array<Tree>) {
        static_cast<void>(count_of_members<First, More...>());
        for (std::size_t index = 0; index < first.size(); ++index) {
            descend<LeftOut>(name, visit, first[index], more[index]...);
        }
    } else if constexpr (is_parameter_tree<Tree>) {
        descend_to_children<LeftOut>(std::make_integer_sequence<int, count_of_members<First, More...>()>{}, name, visit,
                                     first, more...);
    } else {
        if constexpr ((is_tree<More> || ...)) {
            static_cast<void>(trees_have_the_same_number_of_members<0, is_tree<More>...>{});
        }
        visit(name, first, more...);
    }
}

}  // namespace parameters

template <class Visit, class First, class... More>
constexpr void for_each_member(Visit&& visit, First& first, More&... more) {
    constexpr int count = parameters::count_of_members<First, More...>();
    [&]<int... Index>(std::integer_sequence<int, Index...>) {
        [[maybe_unused]] auto const visit_one = [&]<int I>(std::integral_constant<int, I>) {
            visit(parameters::child<I>(first), parameters::child<I>(more)...);
        };
        (visit_one(std::integral_constant<int, Index>{}), ...);
    }
    (std::make_integer_sequence<int, count>{});
}

template <class Visit, class First, class... More>
constexpr void for_each_parameter(Visit&& visit, First& first, More&... more) {
    static_assert(parameters::are_trees<First>::value, "see the first error");
    parameters::descend<parameters::LeaveOutNothing>("", visit, first, more...);
}

template <class Visit, class First, class... More>
constexpr void for_each_learned_parameter(Visit&& visit, First& first, More&... more) {
    static_assert(parameters::are_trees<First>::value, "see the first error");
    parameters::descend<parameters::LeaveOutFrozen>("", visit, first, more...);
}

}  // namespace incontext
