// Goes through the rectangles of a PixelMap in steps, without the divisions of pixelOfRow().
#pragma once

#include "pixelMap.h"

namespace trtfairmot
{

struct TileCursor
{
    int32_t tilesX;
    int32_t tilesY;
    int32_t image;
    int32_t tileY;
    int32_t tileX;

    HOST_DEVICE_INLINE TileCursor(PixelMap const& map, int32_t tile)
        : tilesX{ceilDiv(map.width, map.tileWidth)}, tilesY{ceilDiv(map.height, map.tilePixels / map.tileWidth)},
          image{tile / (tilesX * tilesY)}, tileY{(tile - image * tilesX * tilesY) / tilesX},
          tileX{tile - (image * tilesY + tileY) * tilesX}
    {
    }

    HOST_DEVICE_INLINE void advance(int32_t tiles)
    {
        tileX += tiles;
        while (tileX >= tilesX)
        {
            tileX -= tilesX;
            image += tileY + 1 == tilesY ? 1 : 0;
            tileY = tileY + 1 == tilesY ? 0 : tileY + 1;
        }
    }

    // The pixel at (rowY, rowX) of the tile.
    HOST_DEVICE_INLINE OutputPixel pixelAt(PixelMap const& map, int32_t rowY, int32_t rowX) const
    {
        int32_t const y = tileY * (map.tilePixels / map.tileWidth) + rowY;
        int32_t const x = tileX * map.tileWidth + rowX;
        return OutputPixel{y < map.height && x < map.width ? image : -1, y, x};
    }
};

} // namespace trtfairmot
