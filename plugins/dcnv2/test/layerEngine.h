// Engines of one deformable layer, built with TensorRT's network interface.
#pragma once

#include <memory>
#include <vector>

#include "layerCase.h"
#include "testing/tensorrt.h"

namespace trtfairmot
{

template <typename T>
struct Destroyer
{
    void operator()(T* object) const
    {
#if NV_TENSORRT_MAJOR >= 10
        delete object;
#else
        object->destroy();
#endif
    }
};

template <typename T>
using Owned = std::unique_ptr<T, Destroyer<T>>;

struct EngineVariant
{
    char const* name;
    char const* node; // plugin name
    Dcnv2Params params;
    bool hasBias;
    bool dynamic; // batch, height and width
};

struct Input
{
    char const* name;
    std::vector<int32_t> shape;
    ActivationLayout layout;
};

// The activations of a layer: input, and offset and mask or both in one.
std::vector<Input> inputsOf(Dcnv2Params const& params);

nvinfer1::Dims dimsOf(std::vector<int32_t> const& sizes);

// The same layer for another batch, and for a height and width divided by `shrink`. A dynamic engine takes batches 1 to
// 8 and shrink 1 to 4.
Dcnv2Params scaled(Dcnv2Params params, int32_t batch, int32_t shrink);

// Weights and bias are those of `bytes`; nullptr where TensorRT refuses.
Owned<nvinfer1::IHostMemory> buildEngine(
    TensorRt const& tensorrt, TestLogger& logger, EngineVariant const& variant, LayerBytes const& bytes);

} // namespace trtfairmot
