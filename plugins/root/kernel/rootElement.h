// What the root's kernel does differently with maps of half and of int8.
#pragma once

#include "common/int8Products.h"
#include "common/primitives.h"

namespace trtfairmot
{

// Channels-last; the pixels of all images are one run.
struct RootHalf
{
    using Sum = float;
    using FourSums = float4;
    static constexpr bool kQUANTIZED = false;

    // Vector `vector` of pixel `pixel` in a map of `vectors` to a pixel and `pixels` to an image.
    DEVICE_INLINE static int32_t offsetOf(int32_t vector, int32_t pixel, int32_t vectors, int32_t)
    {
        return pixel * vectors + vector;
    }

    DEVICE_INLINE static int32_t strideOf(int32_t vectors) // from one pixel to the next
    {
        return vectors;
    }

    DEVICE_INLINE static int32_t image()
    {
        return 0;
    }

    DEVICE_INLINE static void accumulate(float (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1)
    {
        multiplyAccumulate<__half>(sum, a, b0, b1);
    }

    DEVICE_INLINE static float valueOf(float sum, float, float bias)
    {
        return sum + bias;
    }
};

// 32 channels of every pixel, then the next 32: TensorRT's kCHW32. Images are apart.
struct RootInt8
{
    using Sum = int32_t;
    using FourSums = int4;
    static constexpr bool kQUANTIZED = true;

    DEVICE_INLINE static int32_t offsetOf(int32_t vector, int32_t pixel, int32_t vectors, int32_t pixels)
    {
        return image() * pixels * vectors + ((vector >> 1) * pixels + pixel) * 2 + (vector & 1);
    }

    DEVICE_INLINE static int32_t strideOf(int32_t)
    {
        return 2;
    }

    DEVICE_INLINE static int32_t image()
    {
        return blockIndex().z;
    }

    DEVICE_INLINE static void accumulate(int32_t (&sum)[4], uint32_t const (&a)[4], uint32_t b0, uint32_t b1)
    {
        multiplyAccumulate(sum, a, b0, b1);
    }

    DEVICE_INLINE static float valueOf(int32_t sum, float factor, float bias)
    {
        return static_cast<float>(sum) * factor + bias;
    }
};

} // namespace trtfairmot
