// Where the kernels leave what the next ones need, in bytes from the start of the workspace.
#pragma once

#include "candidate.h"
#include "headTile.h"
#include "peakHeads.h"

namespace trtfairmot
{

struct Workspace
{
    explicit Workspace(PeakHeadsParams const& p)
        : tilesX{ceilDiv(p.width, kTILE_WIDTH)}, tilesY{ceilDiv(p.height, kTILE_HEIGHT)},
          tiles{p.classes * tilesX * tilesY}, hiddenParts{p.hidden / kHEAD_COLUMNS},
          imageParts{static_cast<int64_t>(hiddenParts) * p.topK
              * (pitch(p.channels.wh) + pitch(p.channels.reg) + pitch(p.channels.id))}
    {
        auto const batch = static_cast<size_t>(p.batch);
        candidates = place(batch * tiles * kTILE_CELLS * sizeof(Key));
        selected = place(batch * p.topK * sizeof(Key));
        counts = place(batch * tiles * sizeof(uint32_t));
        parts = place(batch * imageParts * sizeof(float));
    }

    // Floats of a row of a part.
    static constexpr int32_t pitch(int32_t channels)
    {
        return roundUp(channels, 4);
    }

    int32_t tilesX;
    int32_t tilesY;
    int32_t tiles; // of all classes
    int32_t hiddenParts; // of a head
    int64_t imageParts; // floats of an image
    size_t candidates{0}; // Key [batch, tiles, kTILE_CELLS]
    size_t selected{0}; // Key [batch, topK]
    size_t counts{0}; // uint32_t [batch, tiles]
    size_t parts{0}; // float [batch, imageParts]
    size_t size{0};

private:
    size_t place(size_t bytes)
    {
        size_t const begin = size;
        size += (bytes + 255) / 256 * 256;
        return begin;
    }
};

} // namespace trtfairmot
