using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SuRnnStream.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

// In this process: a project that BenchmarkDotNet generates would import neither LibTorch.targets nor the folder's build settings.
var job = Job.Default.WithToolchain(new InProcessEmitToolchain(logOutput: true));
var quick = args.Contains("--quick"); // sees whether all works; not for figures
if (quick) job = job.WithWarmupCount(1).WithIterationCount(3);
var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job).AddColumn(StatisticColumn.Median).WithArtifactsPath(Results.Folder(".artifacts", "benchmarks"))
    .WithOptions(ConfigOptions.DisableOptimizationsValidator); // TorchSharp's managed assembly is a debug build; its work is native
foreach (var summary in BenchmarkSwitcher.FromAssembly(typeof(Results).Assembly).Run([.. args.Except(["--quick"])], config)) Results.Keep(summary, quick);
