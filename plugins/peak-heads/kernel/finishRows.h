// Fourth kernel: a warp adds the parts of a row, then writes its box and its embedding.
#pragma once

#include <cmath>

#include "headGemm.h"

namespace trtfairmot
{

constexpr int32_t kROWS_PER_BLOCK = 4;
constexpr int32_t kEMBEDDING_VECTORS = 8; // of 4 floats that a lane holds: kMAX_EMBEDDING / 32 / 4
constexpr float kSMALLEST_NORM = 1e-12F; // torch.nn.functional.normalize

struct FinishRowsArgs
{
    HeadGemmArgs gemm;
    float const* secondBias; // [results of all heads]
    float* scores; // [batch, topK], written where a row is no number
    float* boxes; // [batch, topK, 4]
    float* embeddings; // [batch, topK, results of id]
    int32_t wh; // results of the heads
    int32_t reg;
    int32_t id;
    int32_t hiddenParts; // of a head
    float stride;
};

struct FinishRows
{
    FinishRowsArgs const& args;
    int32_t lane;
    int32_t image;
    int32_t row;
    float const* parts; // of the image

    DEVICE_INLINE explicit FinishRows(FinishRowsArgs const& arguments)
        : args{arguments}, lane{threadIndex() & 31}, image{blockIndex().y},
          row{blockIndex().x * kROWS_PER_BLOCK + threadIndex() / 32},
          parts{arguments.gemm.parts + image * arguments.gemm.imageParts}
    {
    }

    DEVICE_INLINE int64_t outputRow() const
    {
        return static_cast<int64_t>(image) * args.gemm.topK + row;
    }

    DEVICE_INLINE HeadPart const& idHead() const
    {
        return args.gemm.heads[args.reg == 0 ? 1 : 2];
    }

    DEVICE_INLINE float const* partsOf(HeadPart const& head, int32_t result) const
    {
        return parts + head.offset + static_cast<int64_t>(row) * head.pitch + result;
    }

    // Result `result` of a head: the parts in order, then the bias. Four loads are on their way at once.
    DEVICE_INLINE float resultOf(HeadPart const& head, int32_t result) const
    {
        float const* const first = partsOf(head, result);
        int64_t const step = static_cast<int64_t>(args.gemm.topK) * head.pitch;
        float sum = 0.F;
        for (int32_t part = 0; part < args.hiddenParts; part += 4)
        {
            float values[4];
            UNROLL
            for (int32_t i = 0; i < 4; ++i)
            {
                values[i] = part + i < args.hiddenParts ? loadGlobal(first + (part + i) * step) : 0.F;
            }
            sum = (((sum + values[0]) + values[1]) + values[2]) + values[3];
        }
        return sum + loadReadOnly(args.secondBias + head.firstResult + result);
    }

    // The corner of the box that belongs to the lane.
    DEVICE_INLINE float edgeOfBox(Key key) const
    {
        int32_t const corner = lane & 3; // x1, y1, x2, y2
        int32_t const axis = corner & 1;
        bool const sides = args.wh == 4;
        float const reach = resultOf(args.gemm.heads[0], sides ? corner : axis) * (sides ? 1.F : 0.5F);
        float const offset = args.reg == 0 ? 0.5F : resultOf(args.gemm.heads[1], axis);
        int32_t const pixel = indexOf(key) % (args.gemm.height * args.gemm.width);
        float const cell = static_cast<float>(axis == 0 ? pixel % args.gemm.width : pixel / args.gemm.width);
        float const centre = cell + offset;
        return (corner < 2 ? centre - reach : centre + reach) * args.stride;
    }

    // Four channels; 0 behind the last.
    DEVICE_INLINE float4 embeddingAt(int32_t channel) const
    {
        HeadPart const& head = idHead();
        int32_t const at = channel < args.id ? channel : 0;
        float const* const first = partsOf(head, at);
        int64_t const step = static_cast<int64_t>(args.gemm.topK) * head.pitch;
        float4 sum{0.F, 0.F, 0.F, 0.F};
        for (int32_t part = 0; part < args.hiddenParts; part += 4)
        {
            float4 values[4];
            UNROLL
            for (int32_t i = 0; i < 4; ++i)
            {
                bool const valid = part + i < args.hiddenParts;
                values[i] = valid ? loadGlobal(reinterpret_cast<float4 const*>(first + (part + i) * step))
                                  : float4{0.F, 0.F, 0.F, 0.F};
            }
            UNROLL
            for (int32_t i = 0; i < 4; ++i)
            {
                sum = float4{sum.x + values[i].x, sum.y + values[i].y, sum.z + values[i].z, sum.w + values[i].w};
            }
        }
        float const* const bias = args.secondBias + head.firstResult + at;
        sum = float4{sum.x + loadReadOnly(bias), sum.y + loadReadOnly(bias + 1), sum.z + loadReadOnly(bias + 2),
            sum.w + loadReadOnly(bias + 3)};
        return channel < args.id ? sum : float4{0.F, 0.F, 0.F, 0.F};
    }

    DEVICE_INLINE float sumOverWarp(float value) const
    {
        UNROLL
        for (int32_t distance = 16; distance > 0; distance /= 2)
        {
            value += shuffle(value, lane ^ distance);
        }
        return value;
    }

    // A row with a box or an embedding that is no number, or infinite, gets a score that is none.
    DEVICE_INLINE void writeRow(float edge, float4 (&values)[kEMBEDDING_VECTORS]) const
    {
        float squares = edge - edge == 0.F ? 0.F : NAN;
        UNROLL
        for (int32_t i = 0; i < kEMBEDDING_VECTORS; ++i)
        {
            squares += values[i].x * values[i].x + values[i].y * values[i].y + values[i].z * values[i].z
                + values[i].w * values[i].w;
        }
        float const norm = sqrtf(sumOverWarp(squares));
        if (!(norm < INFINITY) && lane == 0)
        {
            args.scores[outputRow()] = NAN;
        }
        if (lane < 4)
        {
            args.boxes[outputRow() * 4 + lane] = edge;
        }
        float const divisor = norm < kSMALLEST_NORM ? kSMALLEST_NORM : norm; // NaN stays
        UNROLL
        for (int32_t i = 0; i < kEMBEDDING_VECTORS; ++i)
        {
            store(i, float4{values[i].x / divisor, values[i].y / divisor, values[i].z / divisor, values[i].w / divisor});
        }
    }

    DEVICE_INLINE void store(int32_t vector, float4 value) const
    {
        int32_t const channel = (vector * 32 + lane) * 4;
        if (channel < args.id)
        {
            *reinterpret_cast<float4*>(args.embeddings + outputRow() * args.id + channel) = value;
        }
    }

    DEVICE_INLINE void writeZeros() const
    {
        if (lane < 4)
        {
            args.boxes[outputRow() * 4 + lane] = 0.F;
        }
        for (int32_t i = 0; i < kEMBEDDING_VECTORS; ++i)
        {
            store(i, float4{0.F, 0.F, 0.F, 0.F});
        }
    }

    DEVICE_INLINE void run() const
    {
        waitForPreviousKernel();
        if (row >= args.gemm.topK)
        {
            return;
        }
        // All loads at once: the parts of an unused row hold anything.
        Key const key = loadGlobal(args.gemm.selected + outputRow());
        float const edge = edgeOfBox(key);
        float4 values[kEMBEDDING_VECTORS];
        values[0] = embeddingAt(lane * 4);
        UNROLL
        for (int32_t i = 1; i < kEMBEDDING_VECTORS; ++i)
        {
            values[i] = i * 128 < args.id ? embeddingAt((i * 32 + lane) * 4) : float4{0.F, 0.F, 0.F, 0.F};
        }
        if (key == 0U)
        {
            writeZeros();
            return;
        }
        writeRow(edge, values);
    }
};

DEVICE_INLINE void runFinishRows(FinishRowsArgs const& args)
{
    FinishRows{args}.run();
}

} // namespace trtfairmot
