using Microsoft.ML.OnnxRuntime;

namespace SuRnnStream.Peers;

/// <summary>A session of ONNX Runtime on one thread, with tensors that are made once: the kindest way to call it.</summary>
sealed class Onnx : IDisposable
{
    readonly InferenceSession _session;
    readonly RunOptions _run = new();

    public Onnx(byte[] model)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(model, options);
    }

    /// <summary>The model's only input and output.</summary>
    public (string[] Inputs, string[] Outputs) Names => ([.. _session.InputNames], [.. _session.OutputNames]);

    /// <summary>A tensor over an array, which stays the caller's to write and read.</summary>
    public static OrtValue Tensor<T>(T[] values, params long[] shape) where T : unmanaged => OrtValue.CreateTensorValueFromMemory(values, shape);

    public void Run(string[] inputs, OrtValue[] from, string[] outputs, OrtValue[] to) => _session.Run(_run, inputs, from, outputs, to);

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }
}
