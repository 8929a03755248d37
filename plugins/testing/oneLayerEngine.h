// Engines of one plugin layer, built with TensorRT's network interface.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "testing/tensorrt.h"

namespace trtfairmot
{

struct EngineField
{
    char const* name;
    std::vector<int32_t> values;
};

struct EngineInput
{
    char const* name;
    nvinfer1::DataType type;
    nvinfer1::TensorFormat format;
    std::vector<int32_t> shape;
    std::vector<int32_t> least; // with most: shapes of a dynamic input, which leaves open what differs between them
    std::vector<int32_t> most;
    float scale{0.F}; // of a QuantizeLinear between the float input and the layer; 0: there is none
};

struct EngineConstant
{
    nvinfer1::DataType type;
    std::vector<int32_t> shape;
    std::vector<uint8_t> const* bytes;
};

struct EngineOutput
{
    char const* name;
    nvinfer1::DataType type;
    nvinfer1::TensorFormat format;
    float scale{0.F}; // of a DequantizeLinear between the layer and the float output; 0: there is none
};

// A layer with inputs, then constants.
struct OneLayerNetwork
{
    char const* node; // plugin name
    std::vector<EngineField> fields;
    std::vector<EngineInput> inputs;
    std::vector<EngineConstant> constants;
    std::vector<EngineOutput> outputs;
};

nvinfer1::Dims dimsOf(std::vector<int32_t> const& sizes);

// `context` is null where the engine does not load.
struct LoadedEngine
{
    std::unique_ptr<nvinfer1::ICudaEngine> engine;
    std::unique_ptr<nvinfer1::IExecutionContext> context;
};

// Builds and loads engines with one builder and one runtime: making them takes TensorRT longer than such an engine.
class EngineBuilder
{
public:
    EngineBuilder(TensorRt const& tensorrt, TestLogger& logger);

    // nullptr where TensorRT refuses. Strongly typed from TensorRT 10 on.
    std::unique_ptr<nvinfer1::IHostMemory> build(OneLayerNetwork const& layer) const;
    LoadedEngine load(nvinfer1::IHostMemory const& bytes) const;

private:
    TensorRt const& mTensorRt;
    std::unique_ptr<nvinfer1::IBuilder> mBuilder;
    std::unique_ptr<nvinfer1::IRuntime> mRuntime;
};

} // namespace trtfairmot
