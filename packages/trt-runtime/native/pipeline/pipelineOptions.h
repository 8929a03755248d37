// What a pipeline is made from. Names, types and strides were checked against the engine by the TypeScript side.
#pragma once

#include "kernels/decode.h"
#include "kernels/letterbox.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trtfairmot
{

struct TensorLayout
{
    std::string name; // empty: absent
    ElementType type{ElementType::kFLOAT32};
    int32_t channels{0};
    int64_t imageStride{0}; // in elements
    int64_t channelStride{0};
    int64_t pixelStride{0};
};

struct PipelineOptions
{
    int32_t slots{2};
    int32_t batch{1};      // frames a slot holds at most
    int32_t leastBatch{1}; // that the engine runs at
    int32_t profile{0};
    int32_t topK{500};
    double threshold{0.4};
    bool graph{true};
    bool timings{false};
    bool spin{false};

    TensorLayout input;
    int32_t width{0}; // of the network's input
    int32_t height{0};

    // Either heads, which are decoded, or the outputs of a network that holds its decode.
    bool decoded{false};
    TensorLayout hm;
    TensorLayout wh;
    TensorLayout reg;
    TensorLayout id;
    int32_t mapWidth{0};
    int32_t mapHeight{0};
    float scale{4.0F};

    std::string boxes;
    std::string scores;
    std::string classes;
    std::string embeddings;
    bool classes64{false};
    int32_t embeddingSize{0};
};

// One axis of a letterbox, on the host.
struct AxisTable
{
    int32_t taps;
    int32_t total;
    std::vector<int32_t> first;
    std::vector<int32_t> weights;
};

// How frames of one size and format reach the network's input.
struct FrameGeometry
{
    static constexpr char const* kNAME = "FrameGeometry";

    std::string key; // equal for equal geometries
    PixelFormat format{PixelFormat::kRGB};
    int32_t width{0};
    int32_t height{0};
    AxisTable columns;
    AxisTable rows;
    Resampling resampling{Resampling::kSHRINK};
    int32_t left{0};
    int32_t top{0};
};

} // namespace trtfairmot
