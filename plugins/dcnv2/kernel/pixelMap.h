// Which output pixel a row of a tile computes.
#pragma once

#include "common/hostDevice.h"

namespace trtfairmot
{

struct PixelMap
{
    int32_t batch;
    int32_t height; // of the output
    int32_t width;
    int32_t tilePixels;
    int32_t tileWidth; // 0: consecutive pixels of the whole batch, else rectangles within one image
};

struct OutputPixel
{
    int32_t image; // -1: the row computes nothing
    int32_t y;
    int32_t x;
};

HOST_DEVICE_INLINE int32_t tileCount(PixelMap const& map)
{
    if (map.tileWidth == 0)
    {
        return ceilDiv(map.batch * map.height * map.width, map.tilePixels);
    }
    return map.batch * ceilDiv(map.height, map.tilePixels / map.tileWidth) * ceilDiv(map.width, map.tileWidth);
}

HOST_DEVICE_INLINE OutputPixel pixelOfRow(PixelMap const& map, int32_t tile, int32_t row)
{
    if (map.tileWidth == 0)
    {
        int32_t const pixel = tile * map.tilePixels + row;
        int32_t const image = pixel / (map.height * map.width);
        int32_t const within = pixel - image * map.height * map.width;
        int32_t const y = within / map.width;
        return OutputPixel{image < map.batch ? image : -1, y, within - y * map.width};
    }
    int32_t const tileHeight = map.tilePixels / map.tileWidth;
    int32_t const tilesX = ceilDiv(map.width, map.tileWidth);
    int32_t const tilesY = ceilDiv(map.height, tileHeight);
    int32_t const image = tile / (tilesX * tilesY);
    int32_t const within = tile - image * tilesX * tilesY;
    int32_t const tileY = within / tilesX;
    int32_t const rowY = row / map.tileWidth;
    int32_t const y = tileY * tileHeight + rowY;
    int32_t const x = (within - tileY * tilesX) * map.tileWidth + row - rowY * map.tileWidth;
    return OutputPixel{y < map.height && x < map.width ? image : -1, y, x};
}

} // namespace trtfairmot
