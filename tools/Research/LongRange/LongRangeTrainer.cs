using System.Diagnostics;
using System.Text.Json;
using SuRnnStream.Training.Net;
using TorchSharp;
using static TorchSharp.torch;

namespace SuRnnStream.Research.LongRange;

/// <summary>Trains one network on one task. Step s is the same in every run of a seed, so a resumed training goes on as the unbroken one would.</summary>
sealed class LongRangeTrainer : IDisposable
{
    const int Points = 20;              // of a learning curve
    const int ValidationSequences = 512, ValidationSteps = 1 << 18; // at most
    const int LongestBatch = 1 << 17;   // steps of all sequences of an evaluated batch
    const double MostOpen = 0.7;        // that a scaled rate asks for
    const long RandomSpan = 1_000_000;  // steps within which random skips begin

    readonly SequenceTask _task;
    readonly LongRangeOptions _options;
    readonly LengthPlan _plan;
    readonly Dictionary<int, SequenceTask> _tasks; // by length
    readonly LongRangeNet _net, _average;
    readonly AdamW _optimizer;
    readonly List<CurvePoint> _curve = [];
    double _seconds;

    /// <param name="task">What is tested, and trained unless there is a curriculum.</param>
    /// <param name="options">Everything that decides about the run.</param>
    /// <param name="ofLength">Makes the same task at another length, for a curriculum.</param>
    /// <exception cref="ArgumentException">The curriculum is not to be read, or no task can be made for it.</exception>
    public LongRangeTrainer(SequenceTask task, LongRangeOptions options, Func<int, SequenceTask>? ofLength = null)
    {
        (_task, _options) = (task, options);
        _plan = LengthPlan.Parse(options.Curriculum, options.Length, options.Steps);
        _tasks = _plan.Lengths.Distinct().ToDictionary(length => length, length => length == task.Length ? task
            : (ofLength ?? throw new ArgumentException($"Task {task.Name} has no other lengths: leave the curriculum out."))(length));
        var device = TrainingDevice.Of(options.Device);
        if (device.type != DeviceType.CPU) set_default_device(device);
        random.manual_seed(options.Seed);
        _net = new LongRangeNet(task, options);
        _average = new LongRangeNet(task, options);
        _average.load_state_dict(_net.state_dict());
        _average.eval();
        _optimizer = new AdamW(_net.parameters(), weightDecay: 0, clip: 1, averaging: 0.99, [.. _net.named_parameters().Select(parameter => IsSwitch(parameter.name) ? options.SwitchLearningRate : 1)], elsewhere: options.Device != TrainingDevice.Cpu);
    }

    static bool IsSwitch(string parameter) => parameter.Split('.')[^1] is "switch_bias" or "switch_salience" or "switch_activity" or "switch_own" or "amplitude" or "phase" or "omega";

    public long Step { get; private set; }
    public IReadOnlyList<CurvePoint> Curve => _curve;

    /// <summary>Trains to the end; after each point of the curve the caller may save.</summary>
    public void Run(Action<CurvePoint> onPoint, CancellationToken stop = default)
    {
        var every = Math.Max(1, _options.Steps / Points);
        var (clock, before, losses, steps) = (Stopwatch.StartNew(), _seconds, 0.0, 0);
        Task<SequenceBatch> Make(long step) => Task.Run(() => _tasks[_plan.At(step)].Training(_options.Seed, step, _options.Batch));
        var next = Make(Step);
        while (Step < _options.Steps)
        {
            stop.ThrowIfCancellationRequested();
            var batch = next.GetAwaiter().GetResult();
            next = Make(Step + 1);
            losses += Learn(batch);
            steps++;
            if (Step % every != 0 && Step != _options.Steps) continue;
            _optimizer.CopyAverageTo(_average.parameters());
            var length = _plan.At(Step - 1);
            var (metric, open) = Evaluate(_tasks[length].Some(Part.Validation, Math.Clamp(ValidationSteps / length, 64, ValidationSequences), BatchFor(length)));
            _seconds = before + clock.Elapsed.TotalSeconds;
            _curve.Add(new CurvePoint(Step, losses / steps, metric, open, _seconds, length));
            (losses, steps) = (0, 0);
            onPoint(_curve[^1]);
        }
    }

    double Learn(SequenceBatch batch)
    {
        using var scope = NewDisposeScope(); // every tensor of this step dies here
        random.manual_seed(_options.Seed * 1_000_003L + Step);
        _optimizer.ZeroGradients();
        var offset = _options.Switch == LongRangeSwitch.Random ? new Random(HashCode.Combine(_options.Seed, Step)).NextInt64(RandomSpan) : 0;
        var (outputs, rate, below) = _net.Forward(batch, offset);
        var loss = Loss(batch, outputs);
        var total = loss;
        if (_options.Switch is LongRangeSwitch.Harmonic or LongRangeSwitch.Event or LongRangeSwitch.Both)
        {
            total = loss + _options.RatePressure * nn.functional.relu(rate - RateAt(Step));
            if (below is not null) total += _options.RatePressure * below;
        }
        total.backward();
        _optimizer.Step(LearningRateAt((double)Step / _options.Steps));
        Step++;
        return loss.item<float>();
    }

    /// <summary>Sequences that are evaluated together: fewer where they are long, so that memory is bounded.</summary>
    int BatchFor(int length) => Math.Clamp(LongestBatch / length, Math.Min(16, _options.Batch), _options.Batch);

    /// <summary>Open at first, then down a line to what is wanted: by the middle of the training, unless the options say otherwise.</summary>
    internal double RateAt(long step)
    {
        var wanted = _options.ScaleOpen ? Math.Min(MostOpen, _options.Open * _options.Length / _plan.At(step)) : _options.Open;
        return 1 + (wanted - 1) * Math.Clamp(((double)step / _options.Steps - _options.FallFrom) / (_options.FallTo - _options.FallFrom), 0, 1);
    }

    /// <summary>Up over the first fiftieth, then down a cosine.</summary>
    double LearningRateAt(double progress) => _options.LearningRate * (progress < 0.02 ? 0.02 + 49 * progress : 0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * progress)));

    Tensor Loss(SequenceBatch batch, Tensor outputs)
    {
        if (batch.Targets is { } targets) return nn.functional.mse_loss(outputs, tensor(targets).view(outputs.shape));
        return nn.functional.cross_entropy(outputs.view(-1, _task.Outputs), tensor(batch.Classes!, dtype: ScalarType.Int64), ignore_index: -1);
    }

    /// <summary>The metric and the open part of the switches with the averaged weights.</summary>
    (double Metric, double Open) Evaluate(IEnumerable<SequenceBatch> batches)
    {
        var (score, open, count) = (_task.NewScore(), 0.0, 0);
        foreach (var batch in batches)
        {
            var (outputs, rate) = Outputs(batch);
            score.Add(batch, outputs);
            open += rate * batch.Count;
            count += batch.Count;
        }
        return (score.Value, open / count);
    }

    (float[] Outputs, double Rate) Outputs(SequenceBatch batch)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (outputs, rate, _) = _average.Forward(batch);
        return (outputs.contiguous().cpu().data<float>().ToArray(), rate.item<float>());
    }

    /// <summary>The test set, and part of it by the shipped runtime; no model and no figures of the runtime if it has not the net's layers.</summary>
    public (LongRangeRun Run, SuRnnModel? Model) Finish()
    {
        _optimizer.CopyAverageTo(_average.parameters());
        var (metric, open) = Evaluate(_task.Some(Part.Test, _options.Tested > 0 ? _options.Tested : int.MaxValue, BatchFor(_task.Length)));
        var model = _average.Export();
        var runtime = model is null ? RuntimeFigures.None : RuntimeTest.Measure(model, _task, batch => Outputs(batch).Outputs);
        return (new LongRangeRun(_options, _task.Metric, metric, _task.Chance, _task.Paper, open, _seconds, runtime, _curve), model);
    }

    public void Save(string file)
    {
        CheckpointFile.Write(file, to =>
        {
            to.Write(JsonSerializer.Serialize(_options, LongRangeFolder.Json));
            to.Write(JsonSerializer.Serialize(_curve, LongRangeFolder.Json));
            to.Write(Step);
            _optimizer.Save(to);
            _net.save(to);
        });
    }

    /// <summary>Goes on where <see cref="Save"/> was called.</summary>
    /// <exception cref="InvalidDataException">The file ends early or is of a run with other options.</exception>
    public void Load(string file)
    {
        using var from = CheckpointFile.Read(file);
        try
        {
            var then = from.ReadString();
            if (then != JsonSerializer.Serialize(_options, LongRangeFolder.Json)) throw LongRangeFolder.Other(file, then, _options);
            _curve.AddRange(JsonSerializer.Deserialize<CurvePoint[]>(from.ReadString(), LongRangeFolder.Json)!);
            _seconds = _curve.Count == 0 ? 0 : _curve[^1].Seconds;
            Step = from.ReadInt64();
            _optimizer.Load(from);
            _net.load(from);
        }
        catch (EndOfStreamException early)
        {
            throw new InvalidDataException($"{file} ends early: remove it, and the run begins again.", early);
        }
    }

    public void Dispose()
    {
        _net.Dispose();
        _average.Dispose();
    }
}
