// How the outputs are dealt out to threads.
//
// Between four neighbouring pixels of x lies a cell of f x f outputs, which depend on those four alone: cell (i, j), 0 <= i
// <= H, 0 <= j <= W, holds the outputs f i - f / 2 .. f i + f / 2 - 1 down and likewise across. A thread makes 8 channels
// of kROWS rows and kCOLUMNS columns of each of kCELLS cells side by side.
#pragma once

#include <tuple>

#include "upsampleAdd.h"

namespace trtfairmot
{

constexpr int32_t kUPSAMPLE_THREADS = 128;

// kBLOCKS: that a multiprocessor's registers must hold.
template <int32_t kFACTOR_, int32_t kROWS_, int32_t kCOLUMNS_, int32_t kCELLS_, int32_t kBLOCKS_>
struct UpsampleAddCut
{
    static constexpr int32_t kFACTOR = kFACTOR_;
    static constexpr int32_t kROWS = kROWS_;
    static constexpr int32_t kCOLUMNS = kCOLUMNS_;
    static constexpr int32_t kCELLS = kCELLS_;
    static constexpr int32_t kBLOCKS = kBLOCKS_;
    static_assert(kFACTOR % kROWS == 0 && kFACTOR % kCOLUMNS == 0);
};

using UpsampleAddCuts2 = std::tuple<UpsampleAddCut<2, 1, 2, 1, 6>, UpsampleAddCut<2, 1, 2, 1, 8>, UpsampleAddCut<2, 1, 2, 2, 4>,
    UpsampleAddCut<2, 1, 2, 4, 4>, UpsampleAddCut<2, 2, 2, 1, 4>, UpsampleAddCut<2, 1, 1, 2, 8>, UpsampleAddCut<2, 1, 1, 4, 6>>;
using UpsampleAddCuts4 = std::tuple<UpsampleAddCut<4, 1, 4, 1, 4>, UpsampleAddCut<4, 1, 2, 1, 8>, UpsampleAddCut<4, 1, 2, 1, 6>,
    UpsampleAddCut<4, 1, 2, 2, 4>, UpsampleAddCut<4, 2, 2, 1, 4>>;

template <typename Cuts, typename Function, typename Result, int32_t kCUT = 0>
constexpr Result withCutOf(int32_t cut, Result otherwise, Function const& function)
{
    if constexpr (kCUT < std::tuple_size_v<Cuts>)
    {
        return cut == kCUT ? function(std::tuple_element_t<kCUT, Cuts>{})
                           : withCutOf<Cuts, Function, Result, kCUT + 1>(cut, otherwise, function);
    }
    else
    {
        return otherwise;
    }
}

// function(UpsampleAddCut<...>{}) of cut number `cut` of a factor; `otherwise` where there is none.
template <typename Function, typename Result>
constexpr Result withUpsampleAddCut(int32_t factor, int32_t cut, Result otherwise, Function const& function)
{
    if (factor == 2)
    {
        return withCutOf<UpsampleAddCuts2>(cut, otherwise, function);
    }
    return factor == 4 ? withCutOf<UpsampleAddCuts4>(cut, otherwise, function) : otherwise;
}

} // namespace trtfairmot
