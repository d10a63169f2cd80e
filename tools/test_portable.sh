#!/bin/sh
# Runs the notebooks as other processors would: the number of OpenMP threads and the instruction
# set both change the last bits of every training run, and no compared output may show it.
set -u
cd "$(dirname "$0")/.."
failed=
for threads in 1 2; do
    for isa in SSE41 AVX2 default; do
        setting="OMP_NUM_THREADS=$threads DNNL_MAX_CPU_ISA=$isa"
        echo "== $setting"
        (
            export OMP_NUM_THREADS=$threads
            unset DNNL_MAX_CPU_ISA
            if [ $isa != default ]; then export DNNL_MAX_CPU_ISA=$isa; fi
            if [ $isa = SSE41 ]; then export OPENBLAS_CORETYPE=Prescott; fi
            exec .venv/bin/python -m pytest --nbval "$@" notebooks
        ) || failed="$failed
  $setting"
    done
done
if [ -n "$failed" ]; then
    echo "Outputs differ under:$failed"
    exit 1
fi
echo "The notebooks' outputs are the same under all six settings."
