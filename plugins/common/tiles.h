// The shapes of a kernel's thread blocks as a std::tuple, taken by number.
#pragma once

#include <cstdint>
#include <tuple>

namespace trtfairmot
{

// function(Tile{}) of tile number `tile` of Tiles; `otherwise` where there is none.
template <typename Tiles, typename Function, typename Result, int32_t kTILE = 0>
constexpr Result withTile(int32_t tile, Result otherwise, Function const& function)
{
    if constexpr (kTILE < static_cast<int32_t>(std::tuple_size_v<Tiles>))
    {
        return tile == kTILE ? function(std::tuple_element_t<kTILE, Tiles>{})
                             : withTile<Tiles, Function, Result, kTILE + 1>(tile, otherwise, function);
    }
    else
    {
        return otherwise;
    }
}

} // namespace trtfairmot
