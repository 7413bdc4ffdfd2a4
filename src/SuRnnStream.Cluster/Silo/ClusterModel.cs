using System.Security.Cryptography;

namespace SuRnnStream.Cluster;

/// <summary>A model that the silo has loaded, and the pool in which its streams share the cores.</summary>
sealed class ClusterModel : IAsyncDisposable
{
    /// <exception cref="IOException">The file is missing, cannot be read or is no model.</exception>
    /// <exception cref="ArgumentException">The model is none for a detector.</exception>
    public ClusterModel(string name, string path, PoolOptions pool)
    {
        (Name, Model, Hash) = (name, ModelFile.Load(path), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))[..16]);
        Pool = new DetectorPool(Model, options: pool);
    }

    public string Name { get; }

    public SuRnnModel Model { get; }

    /// <summary>Of the file.</summary>
    public string Hash { get; }

    public DetectorPool Pool { get; }

    /// <summary>The kernel that computes its sums on this silo.</summary>
    public static string Kernel => SuRnnModel.KernelName;

    /// <summary>True: a state made by that kernel goes on here as it would there, bit for bit. Sums of int8 weights are exact, those of floats have an order.</summary>
    public bool SameBits(string kernel) => Model.Config.Precision == Precision.Int8 || kernel == Kernel;

    public ValueTask DisposeAsync() => Pool.DisposeAsync();
}
